import { data, Form, Link, redirect, useNavigation } from 'react-router';
import { AccountPage } from '../components/AccountPage.tsx';
import { Field } from '../components/Field.tsx';
import { PasswordField } from '../components/PasswordField.tsx';
import { useText } from '../i18n/use-language.ts';
import { callAuth, formState, textField } from '../lib/auth-form.server.ts';
import type { FormFault } from '../lib/form-fault.ts';
import { findUserId } from '../lib/session.server.ts';
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
  return redirect('/home', { headers: answer.headers });
}

export default function LogIn({ actionData }: Route.ComponentProps) {
  const text = useText().account;
  const isSending = useNavigation().formAction === '/login';
  const { values, faults } = actionData ?? { values: { name: '', email: '' }, faults: {} };
  const sentence = (fault: FormFault | undefined) => fault && text.faults[fault];
  return (
    <AccountPage
      title={text.logInTitle}
      lead={text.logInLead}
      fault={sentence(faults.form)}
      footer={
        <>
          {text.noAccountYet}{' '}
          <Link to="/signup" prefetch="intent" className="font-semibold text-accent underline">
            {text.signUpTitle}
          </Link>
        </>
      }
    >
      <Form
        method="post"
        noValidate
        className="flex flex-col gap-5"
        // A second click would be answered about the account the first has just made.
        onSubmit={(event) => isSending && event.preventDefault()}
      >
        <Field
          name="email"
          type="email"
          label={text.email}
          fault={sentence(faults.email)}
          defaultValue={values.email}
          autoComplete="username"
          inputMode="email"
          required
        />
        <PasswordField fault={sentence(faults.password)} autoComplete="current-password" />
        <button type="submit" className="button" aria-disabled={isSending}>
          {isSending ? text.loggingIn : text.logIn}
        </button>
      </Form>
    </AccountPage>
  );
}
