import { addressOf } from '../http/client-address.server.ts';
import { normalEmail, readDevice } from '../sessions/device-cookie.server.ts';
import { LINK_MINUTES } from '../sessions/one-time-link.server.ts';
import { takeTurn } from './limit-counters.server.ts';
import type { ScopedLimit } from './limit-reached.server.ts';
import { networkLimits } from './network-limits.server.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MAILS_A_MAILBOX = 3;
const MAILS_A_NETWORK = 20;
const MAILS_AN_OWNER = 3;
const MAILS_AN_OWNER_A_DAY = 10;

/** Kinds that anyone may request by naming an address. */
type StrangersKind = 'reset' | 'verify';
/** Kinds that only signed-in users may request. */
type OwnersKind = 'confirm' | 'change';

/**
 * Mail costs money. Each kind is counted separately, by requester: by the device if it is known to the
 * account, else by its network. Not by the address, which strangers can name as well.
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
 * Whether a mailbox gets one more mail of this kind; strangers must not flood it. A rejected request gets
 * the usual response and loses nothing: the recent mails have arrived, and the window is no
 * longer than their links are valid.
 * @returns null if it is full; else undoes the count, for a mail that was not sent
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

/** By the requesting account: strangers cannot use it up. */
export function ownersLimits(kind: OwnersKind, userId: string): ScopedLimit[] {
  const key = `mail:${kind}:user:${userId}`;
  const scope = kind === 'confirm' ? 'mailbox' : 'you';
  return [
    { key, most: MAILS_AN_OWNER, windowMs: LINK_MINUTES * MINUTE_MS, scope },
    { key: `${key}:day`, most: MAILS_AN_OWNER_A_DAY, windowMs: 24 * HOUR_MS, scope },
  ];
}

/** For mail to an address that an account names: a few accounts of one network must not flood a mailbox. */
export function changeLimits(userId: string, asker: string | null): ScopedLimit[] {
  const counted = { most: MAILS_A_NETWORK, windowMs: HOUR_MS };
  return [
    ...ownersLimits('change', userId),
    ...networkLimits(asker, { name: 'mail:change', ...counted, isStrict: false }),
  ];
}
