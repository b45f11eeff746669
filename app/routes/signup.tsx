import { data, Form, Link, redirect, useNavigation } from 'react-router';
import { AccountPage } from '../components/AccountPage.tsx';
import { Field } from '../components/Field.tsx';
import { PasswordField } from '../components/PasswordField.tsx';
import { useText } from '../i18n/use-language.ts';
import { NAME_MAX_LENGTH, PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from '../lib/account-rules.ts';
import { callAuth, type FormState, formState, textField } from '../lib/auth-form.server.ts';
import type { FormFault } from '../lib/form-fault.ts';
import { findUserId } from '../lib/session.server.ts';
import type { Route } from './+types/signup.ts';

export async function loader({ request }: Route.LoaderArgs) {
  if (await findUserId(request)) throw redirect('/home');
  return null;
}

export async function action({ request }: Route.ActionArgs) {
  const form = await request.formData();
  const values = { name: textField(form, 'name').trim(), email: textField(form, 'email').trim() };
  const password = textField(form, 'password');
  const faults = findFaults(values, password);
  if (faults.length > 0) return data(formState(values, faults), { status: 400 });
  const answer = await callAuth(request, '/sign-up/email', { ...values, password });
  if (!answer.ok) return data(formState(values, [answer.fault]), { status: 400 });
  return redirect('/home', { headers: answer.headers });
}

function findFaults(values: FormState['values'], password: string): FormFault[] {
  const faults: FormFault[] = [];
  if (values.name === '') faults.push('NAME_MISSING');
  if (values.name.length > NAME_MAX_LENGTH) faults.push('NAME_TOO_LONG');
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(values.email)) faults.push('EMAIL_INVALID');
  if (password.length < PASSWORD_MIN_LENGTH) faults.push('PASSWORD_TOO_SHORT');
  if (password.length > PASSWORD_MAX_LENGTH) faults.push('PASSWORD_TOO_LONG');
  return faults;
}

export default function SignUp({ actionData }: Route.ComponentProps) {
  const text = useText().account;
  const isSending = useNavigation().formAction === '/signup';
  const { values, faults } = actionData ?? { values: { name: '', email: '' }, faults: {} };
  const sentence = (fault: FormFault | undefined) => fault && text.faults[fault];
  return (
    <AccountPage
      title={text.signUpTitle}
      lead={text.signUpLead}
      fault={sentence(faults.form)}
      footer={
        <>
          {text.haveAccount}{' '}
          <Link to="/login" prefetch="intent" className="font-semibold text-accent underline">
            {text.logIn}
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
          name="name"
          label={text.name}
          hint={text.nameHint}
          fault={sentence(faults.name)}
          defaultValue={values.name}
          autoComplete="nickname"
          maxLength={NAME_MAX_LENGTH}
          required
        />
        <Field
          name="email"
          type="email"
          label={text.email}
          fault={sentence(faults.email)}
          defaultValue={values.email}
          autoComplete="email"
          inputMode="email"
          required
        />
        <PasswordField
          hint={text.passwordHint}
          fault={sentence(faults.password)}
          autoComplete="new-password"
        />
        <button type="submit" className="button" aria-disabled={isSending}>
          {isSending ? text.signingUp : text.signUp}
        </button>
      </Form>
    </AccountPage>
  );
}
