import {
  type AuthenticatorTransportFuture,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import { nanoid } from 'nanoid';
import { passkey } from '#drizzle/schema.ts';
import type { Language } from '../../i18n/language.ts';
import { isOfDeletedUser, livingUserId } from '../auth/deleted-users.server.ts';
import { hasAnotherWayIn } from '../auth/ways-in.server.ts';
import { db, lockedDb } from '../db.server.ts';
import type { FormError } from '../forms/form-error.ts';
import { log } from '../log.server.ts';
import { tellOfWayIn } from '../mail/way-in-letter.server.ts';
import { createChallenge, useChallenge } from './challenge.server.ts';
import { parseCredential } from './credential.server.ts';
import { deviceOf } from './device-name.ts';
import { relyingParty } from './relying-party.server.ts';

const APP_NAME = 'Choonsim';
const MOST_PASSKEYS = 10;

interface Owner {
  readonly userId: string;
  readonly email: string;
  /** In which the owner is told, unless another was chosen. */
  readonly language: Language;
}

export interface ShownPasskey {
  readonly id: string;
  /** Such as `Android`; null when the browser did not tell. */
  readonly device: string | null;
  readonly addedAt: string;
  readonly usedAt: string | null;
}

export async function listPasskeys(userId: string): Promise<ShownPasskey[]> {
  const rows = await db()
    .select()
    .from(passkey)
    .where(eq(passkey.userId, userId))
    .orderBy(desc(passkey.createdAt));
  return rows.map(({ id, device, createdAt, usedAt }) => ({
    id,
    device,
    addedAt: createdAt.toISOString(),
    usedAt: usedAt?.toISOString() ?? null,
  }));
}

/** What a browser asks the person's devices for, to sign in: any passkey of ours. */
export function signInOptions(request: Request) {
  return generateAuthenticationOptions({
    rpID: relyingParty(request).id,
    challenge: Buffer.from(createChallenge('sign-in'), 'base64url'),
    userVerification: 'required',
  });
}

/**
 * What a browser asks a device to make: a passkey that finds its account by itself. The challenge in it is
 * the right to add one: it is for who has just shown to be the user.
 */
export async function registrationOptions(
  request: Request,
  { userId, email }: { userId: string; email: string },
) {
  const known = await db()
    .select({ id: passkey.credentialId, transports: passkey.transports })
    .from(passkey)
    .where(eq(passkey.userId, userId));
  return generateRegistrationOptions({
    rpName: APP_NAME,
    rpID: relyingParty(request).id,
    userName: email,
    userDisplayName: email,
    userID: new TextEncoder().encode(userId),
    challenge: Buffer.from(createChallenge(userId), 'base64url'),
    excludeCredentials: known.map(({ id, transports }) => ({
      id,
      transports: transportsOf(transports),
    })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
}

/** Adds what a device has made in answer to {@link registrationOptions} of this user. @returns why not */
export async function addPasskey(
  request: Request,
  owner: Owner,
  credentialText: string,
): Promise<FormError | null> {
  const { userId } = owner;
  const credential = parseCredential<RegistrationResponseJSON>(credentialText);
  if (!credential) return 'PASSKEY_REFUSED';
  if (await hasMost(userId)) return 'PASSKEYS_TOO_MANY';
  const { id, origin } = relyingParty(request);
  const verified = await verifyRegistrationResponse({
    response: credential,
    expectedChallenge: (challenge) => useChallenge(challenge, userId),
    expectedOrigin: origin,
    expectedRPID: id,
    requireUserVerification: true,
  }).catch((error: unknown) => {
    log().info({ err: error, userId }, 'a new passkey of a user was refused');
    return null;
  });
  if (!verified?.verified) return 'PASSKEY_REFUSED';
  const { credential: made } = verified.registrationInfo;
  const device = deviceOf(request.headers.get('User-Agent') ?? '');
  // A credential belongs to one account: who shows another's public key has not signed with it.
  const [added] = await lockedDb()
    .insert(passkey)
    .values({
      id: nanoid(),
      userId: userIdWithRoom(userId),
      credentialId: made.id,
      publicKey: Buffer.from(made.publicKey).toString('base64url'),
      counter: made.counter,
      transports: made.transports?.join(',') ?? '',
      device,
      createdAt: new Date(),
    })
    .onConflictDoNothing()
    .returning({ id: passkey.id })
    .catch((error: unknown) => {
      if (isOfDeletedUser(error)) return [];
      throw error;
    });
  if (!added) return (await hasMost(userId)) ? 'PASSKEYS_TOO_MANY' : 'PASSKEY_REFUSED';
  log().info({ userId }, 'a user added a passkey');
  await tellOfWayIn({ ...owner, change: 'added', way: { kind: 'passkey', device } });
  return null;
}

async function hasMost(userId: string): Promise<boolean> {
  return (await db().$count(passkey, eq(passkey.userId, userId))) >= MOST_PASSKEYS;
}

/** For an insert by `lockedDb`: {@link livingUserId}, and null also if the user has all passkeys allowed. */
function userIdWithRoom(userId: string): SQL<string> {
  const owned = db().$count(passkey, eq(passkey.userId, userId));
  return sql`CASE WHEN ${owned} < ${MOST_PASSKEYS} THEN ${livingUserId(userId)} END`;
}

/**
 * One of the user's own, unless it is the last way in; of an unknown one nothing is said.
 * @returns why not
 */
export async function removePasskey(owner: Owner, id: string): Promise<FormError | null> {
  const { userId } = owner;
  const isIt = and(eq(passkey.userId, userId), eq(passkey.id, id));
  const [removed] = await lockedDb()
    .delete(passkey)
    .where(and(isIt, hasAnotherWayIn(userId, id)))
    .returning({ device: passkey.device });
  if (!removed) return (await db().$count(passkey, isIt)) > 0 ? 'LAST_WAY_IN' : null;
  log().info({ userId }, 'a user removed a passkey');
  const way = { kind: 'passkey', device: removed.device } as const;
  await tellOfWayIn({ ...owner, change: 'removed', way });
  return null;
}

export function transportsOf(stored: string): AuthenticatorTransportFuture[] {
  return stored === '' ? [] : (stored.split(',') as AuthenticatorTransportFuture[]);
}
