import { data, redirect } from 'react-router';
import { AccessPage } from '../components/AccessPage.tsx';
import { useText } from '../i18n/use-language.ts';
import { callAuth, formState, textField } from '../lib/auth-form.server.ts';
import type { FormFault } from '../lib/form-fault.ts';
import { findUserId } from '../lib/session.server.ts';
import { addUserLanguage } from '../lib/user-language.server.ts';
import type { Route } from './+types/login.ts';

export async function loader({ request }: Route.LoaderArgs) {
  if (await findUserId(request)) throw redirect('/home');
  return null;
}

export async function action({ request }: Route.ActionArgs) {
  const form = await request.formData();
  const values = { name: '', email: textField(form, 'email').trim() };
  const password = textField(form, 'password');
  const faults: FormFault[] = [];
  if (!values.email.includes('@')) faults.push('EMAIL_INVALID');
  if (password === '') faults.push('PASSWORD_MISSING');
  if (faults.length > 0) return data(formState(values, faults), { status: 400 });
  const answer = await callAuth(request, '/sign-in/email', { email: values.email, password });
  if (!answer.ok) return data(formState(values, [answer.fault]), { status: 400 });
  await addUserLanguage(answer.headers, values.email);
  return redirect('/home', { headers: answer.headers });
}

export default function LogIn({ actionData }: Route.ComponentProps) {
  const text = useText().account;
  return (
    <AccessPage
      path="/login"
      title={text.logInTitle}
      lead={text.logInLead}
      action={text.logIn}
      busy={text.loggingIn}
      refused={actionData ?? null}
      email={{ autoComplete: 'username' }}
      password={{ autoComplete: 'current-password' }}
      other={{ question: text.noAccountYet, to: '/signup', label: text.signUpTitle }}
    />
  );
}
