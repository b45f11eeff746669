import { data, Form, Link, redirect } from 'react-router';
import { Notice } from '../components/Notice.tsx';
import { PublicPage } from '../components/page/PublicPage.tsx';
import { errorSentence } from '../i18n/error-sentence.ts';
import { languageOf } from '../i18n/language.server.ts';
import { useText } from '../i18n/use-language.ts';
import { useOwnerWords } from '../i18n/use-owner-words.ts';
import { refusalInit } from '../lib/auth/auth-form.server.ts';
import { readForm } from '../lib/forms/read-fields.server.ts';
import { orLimit } from '../lib/limits/limit-reached.server.ts';
import { requestConfirmation } from '../lib/mail/email-change.server.ts';
import { confirmEmail, readConfirmation } from '../lib/mail/email-confirmation.server.ts';
import { sendsMail } from '../lib/mail/letters.server.ts';
import { requireUser } from '../lib/session.server.ts';
import { knowDevice } from '../lib/sessions/device-cookie.server.ts';
import { mustVerifyFirst } from '../lib/wallet/wallet-request.server.ts';
import type { Route } from './+types/confirm-email.ts';

/**
 * The page behind the link of an e-mail. Mail scanners open such links too, so only its button
 * confirms. Without a token it is the form that requests the e-mail.
 */
export async function loader({ request }: Route.LoaderArgs) {
  const { id: userId, email: own, emailVerified } = await requireUser(request);
  const token = tokenOf(request);
  if (token === null) {
    if (emailVerified || !sendsMail()) throw redirect('/account');
    return data({ asks: 'send' as const, email: own });
  }
  const email = await readConfirmation(token, userId);
  return data({ asks: 'confirm' as const, email }, { status: email === null ? 404 : 200 });
}

export async function action({ request }: Route.ActionArgs) {
  const { id: userId, email } = await requireUser(request);
  await readForm(request);
  const token = tokenOf(request);
  if (token === null) {
    if (!sendsMail()) throw redirect('/account');
    const limit = await orLimit(() => requestConfirmation(request, { userId, email }));
    return limit ? data({ error: limit }, refusalInit([limit])) : data({ error: null });
  }
  const isWalletWaiting = await mustVerifyFirst(userId);
  const language = await languageOf(request);
  const confirmed = await confirmEmail({ token, userId, language });
  if (confirmed.outcome === 'CONFIRMED') {
    // Keep this browser a known device of the account under its new address.
    const headers = { 'Set-Cookie': await knowDevice(confirmed.email) };
    return redirect(isWalletWaiting ? '/home' : '/account?saved=confirmed-email', { headers });
  }
  // If the link is used up, the page says so when it renders again.
  const error = confirmed.outcome === 'EMAIL_TAKEN' ? confirmed.outcome : null;
  return data({ error }, { status: error ? 409 : 404 });
}

export default function ConfirmEmail({ loaderData, actionData }: Route.ComponentProps) {
  const words = useText();
  const text = useOwnerWords().confirmEmail;
  const { asks, email } = loaderData;
  const error = actionData?.error ?? null;
  const isSent = asks === 'send' && actionData?.error === null;
  const lead = asks === 'send' ? text.sendLead : text.lead;
  return (
    <PublicPage title={text.title}>
      <div className="mx-auto w-full max-w-md pt-6 sm:pt-12">
        <h1 className="font-bold text-3xl tracking-tight">{text.title}</h1>
        <p className="wrap-anywhere mt-1 text-muted">{email ? lead(email) : text.invalid}</p>
        <div role="alert" className="mt-6 empty:mt-0">
          {error ? <Notice kind="danger">{errorSentence(words, error)}</Notice> : null}
        </div>
        <div role="status" className="wrap-anywhere mt-6 empty:mt-0">
          {isSent && email ? <Notice kind="good">{text.sent(email)}</Notice> : null}
        </div>
        {email ? (
          <Form method="post" className="mt-6">
            <button type="submit" className="button w-full">
              {asks === 'confirm' ? text.submit : isSent ? text.sendAgain : text.send}
            </button>
          </Form>
        ) : (
          <Link to="/account" className="button-outline mt-6">
            {text.toAccount}
          </Link>
        )}
      </div>
    </PublicPage>
  );
}

function tokenOf(request: Request): string | null {
  return new URL(request.url).searchParams.get('token');
}
