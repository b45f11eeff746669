import { languageOf } from '../../i18n/language.server.ts';
import { auth } from '../auth.server.ts';
import { findEmailError } from '../forms/account-rules.ts';
import type { FormError } from '../forms/form-error.ts';
import { addressOf } from '../http/client-address.server.ts';
import { requireTurn } from '../limits/limit-reached.server.ts';
import { changeLimits, ownersLimits } from '../limits/mail-limits.server.ts';
import { normalEmail } from '../sessions/device-cookie.server.ts';
import { sendConfirmation } from './confirmation-mail.server.ts';
import { isAnothers } from './email-confirmation.server.ts';

interface Owner {
  readonly userId: string;
  readonly email: string;
}

/**
 * Sends the link that activates a user's new address, to that address; until it is opened the old one
 * remains. The caller has verified the user.
 * @returns why nothing is sent
 * @throws LimitReachedError
 */
export async function requestEmailChange(
  request: Request,
  { userId, email }: Owner,
  typed: string,
): Promise<FormError | null> {
  const wanted = normalEmail(typed);
  if (findEmailError(wanted)) return 'EMAIL_INVALID';
  if (wanted === email) return 'EMAIL_SAME';
  const { internalAdapter } = await auth().$context;
  // Sign-up reports a taken address, too; here it counts like a mail.
  await requireTurn(changeLimits(userId, addressOf(request.headers)));
  if (await isAnothers(internalAdapter, wanted, userId)) return 'EMAIL_TAKEN';
  const language = await languageOf(request);
  await sendConfirmation(internalAdapter, { userId, email: wanted, isChange: true, language });
  return null;
}

/**
 * Sends the link that confirms the user's current address.
 * @throws LimitReachedError
 */
export async function requestConfirmation(
  request: Request,
  { userId, email }: Owner,
): Promise<void> {
  await requireTurn(ownersLimits('confirm', userId));
  const { internalAdapter } = await auth().$context;
  const language = await languageOf(request);
  await sendConfirmation(internalAdapter, { userId, email, isChange: false, language });
}
