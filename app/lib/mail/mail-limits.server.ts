import { addressOf } from '../client-address.server.ts';
import { normalEmail, readDevice } from '../device-cookie.server.ts';
import { takeTurn } from '../limit-counters.server.ts';
import type { ScopedLimit } from '../limit-reached.server.ts';
import { networkLimits } from '../network-limits.server.ts';
import { LINK_MINUTES } from '../one-time-link.server.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MAILS_A_MAILBOX = 3;
const MAILS_A_NETWORK = 20;
const MAILS_AN_OWNER = 3;
const MAILS_AN_OWNER_A_DAY = 10;

/** Kinds that anybody may ask for, by naming an address. */
type StrangersKind = 'reset' | 'verify';
/** Kinds that only somebody signed in may ask for. */
type OwnersKind = 'confirm' | 'change';

/**
 * Mails cost money. Each kind is counted on its own, by who asks: by the device where it is known to the
 * account, else by its network. Nothing is counted here by the address, which strangers can name as well.
 */
export async function strangersLimits(
  kind: StrangersKind,
  { headers, to }: { headers: Headers; to: string },
): Promise<ScopedLimit[]> {
  const counted = { most: MAILS_A_NETWORK, windowMs: HOUR_MS };
  const device = await readDevice(headers, to);
  if (device) return [{ key: `mail:${kind}:device:${device}`, ...counted, scope: 'you' }];
  return networkLimits(addressOf(headers), { name: `mail:${kind}`, ...counted, isStrict: false });
}

/**
 * Whether one more mail of this kind goes to a mailbox, which strangers must not fill. Who asks for more is
 * answered as ever and kept from nothing: the mails of the last minutes are there, and the window is no
 * longer than their links work.
 * @returns null when it is full; else takes the mail back that was not sent
 */
export async function takeMailboxRoom(
  kind: StrangersKind,
  to: string,
): Promise<(() => Promise<void>) | null> {
  const key = `mail:${kind}:to:${normalEmail(to)}`;
  const windowMs = LINK_MINUTES * MINUTE_MS;
  const turn = await takeTurn([{ key, most: MAILS_A_MAILBOX, windowMs }]);
  return turn.isWithin ? turn.giveBack : null;
}

/** By the account that asks: no stranger can use it up. */
export function ownersLimits(kind: OwnersKind, userId: string): ScopedLimit[] {
  const key = `mail:${kind}:user:${userId}`;
  const scope = kind === 'confirm' ? 'mailbox' : 'you';
  return [
    { key, most: MAILS_AN_OWNER, windowMs: LINK_MINUTES * MINUTE_MS, scope },
    { key: `${key}:day`, most: MAILS_AN_OWNER_A_DAY, windowMs: 24 * HOUR_MS, scope },
  ];
}

/** A mail to any address that an account names: few accounts of one network must not fill a mailbox. */
export function changeLimits(userId: string, asker: string | null): ScopedLimit[] {
  const counted = { most: MAILS_A_NETWORK, windowMs: HOUR_MS };
  return [
    ...ownersLimits('change', userId),
    ...networkLimits(asker, { name: 'mail:change', ...counted, isStrict: false }),
  ];
}
