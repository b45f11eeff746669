import { data, Form, redirect } from 'react-router';
import { PasswordField } from '../../components/form/PasswordField.tsx';
import { Notice } from '../../components/Notice.tsx';
import { PublicPage } from '../../components/page/PublicPage.tsx';
import type { EnterError } from '../../i18n/admin-words.ts';
import { errorSentence } from '../../i18n/error-sentence.ts';
import { useAdminWords } from '../../i18n/use-admin-words.ts';
import { useText } from '../../i18n/use-language.ts';
import { readAdminLink } from '../../lib/admin/admin-link.server.ts';
import { callAuth, enterByLink, refusalInit } from '../../lib/auth/auth-form.server.ts';
import { ADMIN_PASSWORD_MIN_LENGTH } from '../../lib/forms/account-rules.ts';
import type { ShownError } from '../../lib/forms/form-error.ts';
import { readForm } from '../../lib/forms/read-fields.server.ts';
import type { Route } from './+types/enter.ts';

export async function loader({ request }: Route.LoaderArgs) {
  const link = await readAdminLink(tokenOf(request));
  return data({ email: link?.email ?? null }, { status: link ? 200 : 404 });
}

/** Sets the password with a one-time link, and logs in. */
export async function action({ request }: Route.ActionArgs) {
  const token = tokenOf(request);
  const form = await readForm(request);
  const password = form.text('password');
  const refuse = (error: EnterError | ShownError) => data({ error }, initOf(error));
  if (password.length < ADMIN_PASSWORD_MIN_LENGTH) return refuse('PASSWORD_TOO_SHORT');
  if (form.tooLong.has('password')) return refuse('PASSWORD_TOO_LONG');
  const link = await readAdminLink(token);
  if (!link) return refuse('LINK_USED');
  const reset = await callAuth(request, '/reset-password', { token, newPassword: password });
  if (!reset.ok) return refuse(reset.error);
  const entered = await enterByLink(request, { email: link.email, password });
  if (!entered.ok) return redirect('/login');
  return redirect('/admin/wallets', { headers: entered.headers });
}

function initOf(error: EnterError | ShownError): ResponseInit {
  return error === 'LINK_USED' ? { status: 400 } : refusalInit([error]);
}

/** The errors that have a text for admins; the others use the general text. */
function isEnterError(error: EnterError | ShownError, errors: object): error is EnterError {
  return typeof error === 'string' && Object.hasOwn(errors, error);
}

export default function EnterAdmin({ loaderData, actionData }: Route.ComponentProps) {
  const words = useAdminWords().enter;
  const text = useText();
  const { email } = loaderData;
  const error = actionData?.error;
  const sentence =
    error && isEnterError(error, words.errors) ? words.errors[error] : errorSentence(text, error);
  const isPasswordError = typeof error === 'string' && error.startsWith('PASSWORD_');
  return (
    <PublicPage title={words.title}>
      <div className="mx-auto w-full max-w-md pt-6 sm:pt-12">
        <h1 className="font-bold text-3xl tracking-tight">{words.title}</h1>
        <p className="mt-1 text-muted">{email ? words.lead(email) : words.invalid}</p>
        <div role="alert" className="mt-6 empty:mt-0">
          {sentence && !isPasswordError ? <Notice kind="danger">{sentence}</Notice> : null}
        </div>
        {email ? (
          <Form method="post" noValidate className="card mt-6 flex flex-col gap-5 p-6 sm:p-8">
            <PasswordField
              error={isPasswordError ? sentence : undefined}
              autoComplete="new-password"
            />
            <button type="submit" className="button">
              {words.submit}
            </button>
          </Form>
        ) : null}
      </div>
    </PublicPage>
  );
}

function tokenOf(request: Request): string {
  return new URL(request.url).searchParams.get('token') ?? '';
}
