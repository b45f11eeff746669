import { normalEmail } from '../device-cookie.server.ts';
import type { ScopedLimit } from '../limit-reached.server.ts';
import { networkLimits } from '../network-limits.server.ts';

const MINUTE_MS = 60_000;
const MAILS_AN_ADDRESS = 3;
const MAILS_A_NETWORK = 20;

/**
 * A mailbox must not be filled by strangers, and mails cost money. Counted for any address, whether
 * anybody here has it or not.
 */
export function mailLimits(to: string, asker: string | null): ScopedLimit[] {
  const policy = { name: 'mail', most: MAILS_A_NETWORK, windowMs: 60 * MINUTE_MS, isStrict: false };
  return [
    {
      key: `mail:to:${normalEmail(to)}`,
      most: MAILS_AN_ADDRESS,
      windowMs: 15 * MINUTE_MS,
      scope: 'mailbox',
    },
    ...networkLimits(asker, policy),
  ];
}
