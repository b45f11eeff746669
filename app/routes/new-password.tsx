import { data, Form, Link, redirect } from 'react-router';
import { PasswordField } from '../components/form/PasswordField.tsx';
import { Notice } from '../components/Notice.tsx';
import { PublicPage } from '../components/page/PublicPage.tsx';
import { errorSentence } from '../i18n/error-sentence.ts';
import { useText } from '../i18n/use-language.ts';
import { readAccountLink } from '../lib/account/account-link.server.ts';
import { callAuth, enterByLink, refusalInit } from '../lib/auth/auth-form.server.ts';
import { findPasswordError } from '../lib/forms/account-rules.ts';
import type { ShownError } from '../lib/forms/form-error.ts';
import { readForm } from '../lib/forms/read-fields.server.ts';
import type { Route } from './+types/new-password.ts';

export async function loader({ request }: Route.LoaderArgs) {
  const link = await readAccountLink(tokenOf(request));
  return data({ email: link?.email ?? null }, { status: link ? 200 : 404 });
}

/** Sets the password with the one-time link of `npm run account-link`, and logs in. */
export async function action({ request }: Route.ActionArgs) {
  const token = tokenOf(request);
  const form = await readForm(request);
  const password = form.text('password');
  const refuse = (error: ShownError) => data({ error }, refusalInit([error]));
  const error = form.tooLong.has('password') ? 'PASSWORD_TOO_LONG' : findPasswordError(password);
  if (error) return refuse(error);
  const link = await readAccountLink(token);
  // The page renders again without its form and explains why.
  if (!link) return data({ error: null }, { status: 404 });
  const reset = await callAuth(request, '/reset-password', { token, newPassword: password });
  if (!reset.ok) return refuse(reset.error);
  const entered = await enterByLink(request, { email: link.email, password });
  if (!entered.ok) return redirect('/login');
  return redirect('/home', { headers: entered.headers });
}

export default function NewPassword({ loaderData, actionData }: Route.ComponentProps) {
  const words = useText();
  const { newPassword: text, account } = words;
  const { email } = loaderData;
  const error = actionData?.error ?? undefined;
  const isOfField = typeof error === 'string' && error.startsWith('PASSWORD_');
  return (
    <PublicPage title={text.title}>
      <div className="mx-auto w-full max-w-md pt-6 sm:pt-12">
        <h1 className="font-bold text-3xl tracking-tight">{text.title}</h1>
        <p className="wrap-anywhere mt-1 text-muted">{email ? text.lead(email) : text.invalid}</p>
        <div role="alert" className="mt-6 empty:mt-0">
          {error && !isOfField ? (
            <Notice kind="danger">{errorSentence(words, error)}</Notice>
          ) : null}
        </div>
        {email ? (
          <Form method="post" noValidate className="card mt-6 flex flex-col gap-5 p-6 sm:p-8">
            {/* Password managers store the new password under this name; it is not sent. */}
            <input type="email" autoComplete="username" value={email} readOnly hidden />
            <PasswordField
              error={isOfField ? errorSentence(words, error) : undefined}
              hint={account.passwordHint}
              autoComplete="new-password"
            />
            <button type="submit" className="button">
              {text.submit}
            </button>
          </Form>
        ) : (
          <Link to="/forgotten" className="button-outline mt-6">
            {text.ask}
          </Link>
        )}
      </div>
    </PublicPage>
  );
}

function tokenOf(request: Request): string {
  return new URL(request.url).searchParams.get('token') ?? '';
}
