import type { AuthContext } from 'better-auth';
import { nanoid } from 'nanoid';
import type { Language } from '../../i18n/language.ts';
import { sendLetter } from './letters.server.ts';

type Users = AuthContext['internalAdapter'];

/** Prefix of the identifier of a link that confirms an address; the token follows. */
export const CONFIRMATION = 'confirm-email:';
/** Mail may be read in the evening only. */
const CONFIRMATION_HOURS = 24;

interface Confirmation {
  readonly userId: string;
  /** The user's address, or the new one. */
  readonly email: string;
  readonly isChange: boolean;
  readonly language: Language;
}

/** Sends the link that confirms an address. Its token is random, and stored as a hash. */
export async function sendConfirmation(
  users: Users,
  { userId, email, isChange, language }: Confirmation,
): Promise<void> {
  const token = nanoid(32);
  await users.createVerificationValue({
    identifier: `${CONFIRMATION}${token}`,
    value: `${userId} ${email}`,
    expiresAt: new Date(Date.now() + CONFIRMATION_HOURS * 3_600_000),
  });
  const facts = { email, hours: CONFIRMATION_HOURS };
  await sendLetter({
    kind: isChange ? 'confirm-change' : 'confirm-sign-up',
    to: email,
    userId,
    language,
    path: `/confirm-email?${new URLSearchParams({ token })}`,
    write: (words) => (isChange ? words.confirmChange(facts) : words.confirmSignUp(facts)),
  });
}
