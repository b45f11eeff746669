import { data, redirect } from 'react-router';
import { Field } from '../components/form/Field.tsx';
import { useKeptAnswer } from '../components/form/use-kept-answer.ts';
import { AccessPage } from '../components/sign-in/AccessPage.tsx';
import { Agreement } from '../components/sign-in/Agreement.tsx';
import { OtherSignIns } from '../components/sign-in/OtherSignIns.tsx';
import { errorSentence } from '../i18n/error-sentence.ts';
import { useText } from '../i18n/use-language.ts';
import {
  callAuth,
  type FormState,
  formState,
  refusalInit,
  refuseWithoutCookies,
} from '../lib/auth/auth-form.server.ts';
import {
  findEmailError,
  findNameError,
  findPasswordError,
  NAME_MAX_LENGTH,
} from '../lib/forms/account-rules.ts';
import type { FormError } from '../lib/forms/form-error.ts';
import { orRefused } from '../lib/forms/lost-request.ts';
import { type FormFields, readForm } from '../lib/forms/read-fields.server.ts';
import { wayBack, withWayBack } from '../lib/forms/way-back.ts';
import { areCookiesBlocked, cookieCheckHeaders } from '../lib/http/cookie-check.server.ts';
import { shownProviders } from '../lib/other-sign-in/providers.server.ts';
import { findUserId } from '../lib/session.server.ts';
import { env } from '../lib/settings/env.server.ts';
import type { Route } from './+types/signup.ts';

export async function loader({ request }: Route.LoaderArgs) {
  const page = wayBack(new URL(request.url).searchParams);
  if (await findUserId(request)) throw redirect(page);
  return data(
    { page, duties: env().duties, providers: shownProviders() },
    { headers: await cookieCheckHeaders() },
  );
}

export async function action({ request }: Route.ActionArgs) {
  const form = await readForm(request);
  const values = { name: form.text('name').trim(), email: form.text('email').trim() };
  if (areCookiesBlocked(request)) return refuseWithoutCookies(values);
  const errors = findErrors(form, values);
  if (errors.length > 0) return data(formState(values, errors), { status: 400 });
  const answer = await callAuth(request, '/sign-up/email', {
    ...values,
    password: form.text('password'),
  });
  if (!answer.ok) return data(formState(values, [answer.error]), refusalInit([answer.error]));
  return redirect(wayBack(new URL(request.url).searchParams), { headers: answer.headers });
}

function findErrors(form: FormFields, { name, email }: FormState['values']): FormError[] {
  const { tooLong } = form;
  return [
    tooLong.has('name') ? ('NAME_TOO_LONG' as const) : findNameError(name),
    tooLong.has('email') ? ('EMAIL_INVALID' as const) : findEmailError(email),
    tooLong.has('password')
      ? ('PASSWORD_TOO_LONG' as const)
      : findPasswordError(form.text('password')),
  ].filter((error) => error !== null);
}

export async function clientAction({ request, serverAction }: Route.ClientActionArgs) {
  const form = await request.clone().formData();
  const values = { name: String(form.get('name') ?? ''), email: String(form.get('email') ?? '') };
  return orRefused(serverAction, (error): FormState => ({ values, errors: { form: error } }));
}

export default function SignUp({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const refused = useKeptAnswer(actionData) ?? null;
  return (
    <AccessPage
      path="/signup"
      title={text.account.signUpTitle}
      lead={text.account.signUpLead}
      action={text.account.signUp}
      busy={text.account.signingUp}
      refused={refused}
      email={{ autoComplete: 'email' }}
      password={{ autoComplete: 'new-password', hint: text.account.passwordHint }}
      otherWays={
        loaderData.providers.length > 0 ? (
          <OtherSignIns providers={loaderData.providers} page={loaderData.page} />
        ) : null
      }
      agreement={<Agreement {...loaderData.duties} />}
      other={{
        question: text.account.haveAccount,
        to: withWayBack('/login', loaderData.page),
        label: text.account.logIn,
      }}
    >
      <Field
        name="name"
        label={text.account.name}
        hint={text.account.nameHint}
        error={errorSentence(text, refused?.errors.name)}
        defaultValue={refused?.values.name}
        autoComplete="nickname"
        maxLength={NAME_MAX_LENGTH}
        required
      />
    </AccessPage>
  );
}
