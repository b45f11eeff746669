import { languageOf } from '../../i18n/language.server.ts';
import { auth } from '../auth.server.ts';
import { findEmailError } from '../forms/account-rules.ts';
import type { FormError } from '../forms/form-error.ts';
import { requireTurn } from '../limits/limit-reached.server.ts';
import { strangersLimits, takeMailboxRoom } from '../limits/mail-limits.server.ts';
import { normalEmail } from '../sessions/device-cookie.server.ts';
import { createMailedToken, hasLink, LINK_MINUTES } from '../sessions/one-time-link.server.ts';
import { env } from '../settings/env.server.ts';
import { afterTheAnswer, sendLetter } from './letters.server.ts';

/**
 * Sends the one-time link by which a new password is set, if an account has this address. Whether one
 * has makes no difference to the answer or its time. An admin gets none: their link comes from the
 * server alone (`npm run admin-link`).
 * @returns what is wrong with the address, whoever's it is
 * @throws LimitReachedError
 */
export async function requestPasswordMail(
  request: Request,
  typed: string,
): Promise<FormError | null> {
  const email = normalEmail(typed);
  if (findEmailError(email)) return 'EMAIL_INVALID';
  await requireTurn(await strangersLimits('reset', { headers: request.headers, to: email }));
  const language = await languageOf(request);
  afterTheAnswer('reset', async () => {
    if (env().adminEmails.includes(email)) return;
    const { internalAdapter } = await auth().$context;
    const giveBack = await takeMailboxRoom('reset', email);
    const found = await internalAdapter.findUserByEmail(email);
    if (!found) return;
    const { id: userId } = found.user;
    // The links in a full mailbox may have ended since, by the use of one of them.
    if (!giveBack && (await hasLink(userId))) return;
    const onLost = async () => giveBack?.();
    try {
      const token = await createMailedToken(internalAdapter, userId);
      await sendLetter({
        kind: 'reset',
        to: email,
        userId,
        language,
        path: `/new-password?${new URLSearchParams({ token })}`,
        write: (words) => words.reset({ email, minutes: LINK_MINUTES }),
        onLost,
      });
    } catch (error) {
      await onLost();
      throw error;
    }
  });
  return null;
}
