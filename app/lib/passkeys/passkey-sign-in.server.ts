import {
  type AuthenticationResponseJSON,
  type VerifiedAuthenticationResponse,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server';
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { and, eq, lte } from 'drizzle-orm';
import { z } from 'zod';
import { passkey } from '#drizzle/schema.ts';
import { db } from '../db.server.ts';
import { log } from '../log.server.ts';
import { useChallenge } from './challenge.server.ts';
import { parseCredential } from './credential.server.ts';
import { transportsOf } from './passkeys.server.ts';
import { relyingParty } from './relying-party.server.ts';

const refused = () =>
  new APIError('UNAUTHORIZED', { code: 'PASSKEY_REFUSED', message: 'Passkey not accepted.' });

/** The auth library's own door for what a passkey has signed: a session like any other. */
export function passkeySignIn() {
  return {
    id: 'choonsim-passkey',
    endpoints: {
      signInPasskey: createAuthEndpoint(
        '/sign-in/passkey',
        { method: 'POST', body: z.object({ credential: z.string() }), requireRequest: true },
        async (context) => {
          const used = await verify(context.request, context.body.credential);
          const { internalAdapter } = context.context;
          // Who has left does not exist for it.
          const user = used && (await internalAdapter.findUserById(used.userId));
          if (!user) throw refused();
          const session = await internalAdapter.createSession(user.id);
          // Taken away meanwhile, with all sessions of that moment: this one may have come after it.
          if (!(await isStored(used.passkeyId))) {
            await internalAdapter.deleteSession(session.token);
            throw refused();
          }
          await setSessionCookie(context, { session, user });
          const { id, email, name } = user;
          return context.json({ user: { id, email, name } });
        },
      ),
    },
  } satisfies BetterAuthPlugin;
}

async function isStored(passkeyId: string): Promise<boolean> {
  const columns = { id: true } as const;
  return !!(await db().query.passkey.findFirst({ where: eq(passkey.id, passkeyId), columns }));
}

/** @returns the passkey that has signed a challenge of ours, with its person present; null when none has */
async function verify(
  request: Request,
  credentialText: string,
): Promise<{ passkeyId: string; userId: string } | null> {
  const credential = parseCredential<AuthenticationResponseJSON>(credentialText);
  if (!credential) return null;
  const [stored] = await db()
    .select()
    .from(passkey)
    .where(eq(passkey.credentialId, credential.id))
    .limit(1);
  if (!stored) return null;
  const { id, origin } = relyingParty(request);
  const verified = await verifyAuthenticationResponse({
    response: credential,
    expectedChallenge: (challenge) => useChallenge(challenge, 'sign-in'),
    expectedOrigin: origin,
    expectedRPID: id,
    credential: {
      id: stored.credentialId,
      publicKey: new Uint8Array(Buffer.from(stored.publicKey, 'base64url')),
      counter: stored.counter,
      transports: transportsOf(stored.transports),
    },
    requireUserVerification: true,
  }).catch((error: unknown) => {
    log().info({ err: error, userId: stored.userId }, 'a sign-in by passkey was refused');
    return null;
  });
  if (!verified?.verified || !(await countUse(stored.id, verified))) return null;
  return { passkeyId: stored.id, userId: stored.userId };
}

/** A copy of a device counts on its own: of two that show the same count the second is not believed. */
async function countUse(
  id: string,
  { authenticationInfo: { newCounter } }: VerifiedAuthenticationResponse,
): Promise<boolean> {
  const isNewer = newCounter === 0 ? undefined : lte(passkey.counter, newCounter - 1);
  const [used] = await db()
    .update(passkey)
    .set({ counter: newCounter, usedAt: new Date() })
    .where(and(eq(passkey.id, id), isNewer))
    .returning({ id: passkey.id });
  return used !== undefined;
}
