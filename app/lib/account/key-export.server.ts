import type { ExportedWalletKey } from '#engine/operations/export-wallet-key.ts';
import { languageOf } from '../../i18n/language.server.ts';
import { ownerWordsOf } from '../../i18n/use-owner-words.ts';
import { findProofError } from '../auth/fresh-proof.server.ts';
import type { ShownError } from '../forms/form-error.ts';
import type { FormFields } from '../forms/read-fields.server.ts';
import { orLimit, requireTurn } from '../limits/limit-reached.server.ts';
import { log } from '../log.server.ts';
import { sendLetter, sendsMail } from '../mail/letters.server.ts';
import { exportOwnersKey } from '../near/wallet-engine.server.ts';
import { env } from '../settings/env.server.ts';

/** More exports mean that the key was lost, or the owner is someone else. */
const EXPORTS = { most: 3, windowMs: 24 * 60 * 60_000, scope: 'you' } as const;

interface Owner {
  readonly userId: string;
  readonly email: string;
  readonly isEmailVerified: boolean;
  readonly signedInAt: Date;
}

/**
 * A stranger who signed up with another person's address knows the password, and would keep the key when its owner
 * recovers the account: if mail is sent, the address must be verified. Without mail it cannot be.
 */
export function mayExport({ isEmailVerified }: Pick<Owner, 'isEmailVerified'>): boolean {
  return isEmailVerified || !sendsMail();
}

/** If false, a process with keys must serve the page: see docs/keys.md. */
export function holdsKeys(): boolean {
  return env().walletSealingKey === null;
}

export type KeyExport =
  | { readonly exported: ExportedWalletKey }
  | {
      readonly exported: null;
      readonly field: 'word' | 'password' | 'form';
      readonly error: ShownError;
    };

/**
 * Returns the private key of a wallet to its owner, after the confirmation word was typed and the user
 * has proven presence. It is recorded, limited, reported by mail, and never logged.
 */
export async function exportKey(
  request: Request,
  form: FormFields,
  owner: Owner,
): Promise<KeyExport> {
  const refuse = (field: 'word' | 'password' | 'form', error: ShownError) => ({
    ...{ exported: null, field, error },
  });
  const { userId, email } = owner;
  if (!mayExport(owner)) return refuse('form', 'EMAIL_UNPROVEN');
  const language = await languageOf(request);
  const { word } = ownerWordsOf(language).key;
  if (form.tooLong.has('word') || form.text('word').trim().toLowerCase() !== word) {
    return refuse('word', 'WORD_MISSING');
  }
  const proofError = await findProofError(request, form, owner);
  if (proofError) {
    const isOfPassword = proofError === 'PASSWORD_MISSING' || proofError === 'PASSWORD_WRONG';
    return refuse(isOfPassword ? 'password' : 'form', proofError);
  }
  const turn = await orLimit(() => requireTurn([{ key: `key-export:${userId}`, ...EXPORTS }]));
  if (typeof turn !== 'function') return refuse('form', turn);
  const exported = await exportOwnersKey(userId);
  if (!exported) {
    await turn();
    return refuse('form', 'WALLET_NOT_READY');
  }
  log().warn({ userId, accountId: exported.accountId }, 'a user exported the key of the wallet');
  await sendLetter({
    kind: 'key-exported',
    to: email,
    userId,
    language,
    path: null,
    write: (words) => words.keyExported({ accountId: exported.accountId }),
  });
  return { exported };
}
