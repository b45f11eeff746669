import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { takeTurn } from '../limits/limit-counters.server.ts';
import { env } from '../settings/env.server.ts';

/** A person looks for their phone, and types a PIN. */
const CHALLENGE_MS = 5 * 60_000;
const RANDOM_BYTES = 16;
const TIME_BYTES = 6;
const MARK_BYTES = 16;

/** `sign-in`, or the id of the user to whom a passkey is to be added. */
type Purpose = string;

/**
 * What a passkey signs: random bytes and an end, marked with our secret. Nothing is stored for a page that
 * only might be used; a challenge counts once, when it comes back.
 */
export function createChallenge(purpose: Purpose, nowMs = Date.now()): string {
  const end = Buffer.alloc(TIME_BYTES);
  end.writeUIntBE(nowMs + CHALLENGE_MS, 0, TIME_BYTES);
  const head = Buffer.concat([randomBytes(RANDOM_BYTES), end]);
  return Buffer.concat([head, markOf(head, purpose)]).toString('base64url');
}

/** Whether it is one of ours, for this, not over, and used for the first time, over all processes. */
export async function useChallenge(
  challenge: string,
  purpose: Purpose,
  nowMs = Date.now(),
): Promise<boolean> {
  const bytes = Buffer.from(challenge, 'base64url');
  if (bytes.length !== RANDOM_BYTES + TIME_BYTES + MARK_BYTES) return false;
  const head = bytes.subarray(0, RANDOM_BYTES + TIME_BYTES);
  if (!timingSafeEqual(bytes.subarray(head.length), markOf(head, purpose))) return false;
  if (head.readUIntBE(RANDOM_BYTES, TIME_BYTES) <= nowMs) return false;
  // By its bytes: the same ones can be written in more than one way.
  const key = `passkey-challenge:${bytes.toString('base64url')}`;
  return (await takeTurn([{ key, most: 1, windowMs: CHALLENGE_MS }], nowMs)).isWithin;
}

function markOf(head: Buffer, purpose: Purpose): Buffer {
  return createHmac('sha256', env().betterAuthSecret)
    .update(`passkey challenge\n${purpose}\n`)
    .update(head)
    .digest()
    .subarray(0, MARK_BYTES);
}
