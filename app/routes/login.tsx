import { data, redirect } from 'react-router';
import { useKeptAnswer } from '../components/form/use-kept-answer.ts';
import { AccessPage } from '../components/sign-in/AccessPage.tsx';
import { OtherSignIns } from '../components/sign-in/OtherSignIns.tsx';
import { PasskeyLogIn } from '../components/sign-in/PasskeyLogIn.tsx';
import { useText } from '../i18n/use-language.ts';
import { addUserLanguage } from '../lib/account/user-language.server.ts';
import {
  callAuth,
  type FormState,
  formState,
  refusalInit,
  refuseWithoutCookies,
} from '../lib/auth/auth-form.server.ts';
import type { FormError } from '../lib/forms/form-error.ts';
import { orRefused } from '../lib/forms/lost-request.ts';
import { type FormFields, readForm } from '../lib/forms/read-fields.server.ts';
import { HOME, wayBack, withWayBack } from '../lib/forms/way-back.ts';
import { areCookiesBlocked, cookieCheckHeaders } from '../lib/http/cookie-check.server.ts';
import { shownProviders } from '../lib/other-sign-in/providers.server.ts';
import { findUserId } from '../lib/session.server.ts';
import { otherSignInError } from '../lib/settings/sites.ts';
import type { Route } from './+types/login.ts';

export async function loader({ request }: Route.LoaderArgs) {
  const page = wayBack(new URL(request.url).searchParams);
  if (await findUserId(request)) throw redirect(page);
  const code = new URL(request.url).searchParams.get('error');
  const otherError = code === null ? null : otherSignInError(code);
  return data(
    { page, otherError, providers: shownProviders() },
    { headers: await cookieCheckHeaders() },
  );
}

export async function action({ request }: Route.ActionArgs) {
  const form = await readForm(request);
  const values = { name: '', email: form.text('email').trim() };
  if (areCookiesBlocked(request)) return refuseWithoutCookies(values);
  if (form.has('credential')) return logInByPasskey(request, form);
  const password = form.text('password');
  const errors: FormError[] = [];
  if (form.tooLong.has('email') || !values.email.includes('@')) errors.push('EMAIL_INVALID');
  // No stored password is longer.
  if (form.tooLong.has('password')) errors.push('CREDENTIALS_WRONG');
  if (password === '') errors.push('PASSWORD_MISSING');
  if (errors.length > 0) return data(formState(values, errors), { status: 400 });
  const answer = await callAuth(request, '/sign-in/email', { email: values.email, password });
  if (!answer.ok) return data(formState(values, [answer.error]), refusalInit([answer.error]));
  await addUserLanguage(answer.headers, values.email);
  return redirect(wayBack(new URL(request.url).searchParams), { headers: answer.headers });
}

async function logInByPasskey(request: Request, form: FormFields) {
  const credential = form.tooLong.has('credential') ? '' : form.text('credential');
  const answer = await callAuth(request, '/sign-in/passkey', { credential });
  const values = { name: '', email: '' };
  if (!answer.ok) return data(formState(values, [answer.error]), refusalInit([answer.error]));
  if (answer.email) await addUserLanguage(answer.headers, answer.email);
  return redirect(wayBack(new URL(request.url).searchParams), { headers: answer.headers });
}

export async function clientAction({ request, serverAction }: Route.ClientActionArgs) {
  const form = await request.clone().formData();
  const values = { name: String(form.get('name') ?? ''), email: String(form.get('email') ?? '') };
  return orRefused(serverAction, (error): FormState => ({ values, errors: { form: error } }));
}

export default function LogIn({ loaderData, actionData }: Route.ComponentProps) {
  const { account: text, forgotten } = useText();
  return (
    <AccessPage
      path="/login"
      title={text.logInTitle}
      lead={loaderData.page === HOME ? text.logInLead : text.logInFirst}
      action={text.logIn}
      busy={text.loggingIn}
      refused={useKeptAnswer(actionData) ?? null}
      email={{ autoComplete: 'username' }}
      password={{ autoComplete: 'current-password' }}
      notice={loaderData.otherError ? text.otherSites.errors[loaderData.otherError] : null}
      otherWays={
        <>
          <OtherSignIns providers={loaderData.providers} page={loaderData.page} />
          <PasskeyLogIn action={withWayBack('/login', loaderData.page)} />
        </>
      }
      help={forgotten.link}
      other={{
        question: text.noAccountYet,
        to: withWayBack('/signup', loaderData.page),
        label: text.signUpTitle,
      }}
    />
  );
}
