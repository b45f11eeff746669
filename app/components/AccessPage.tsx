import type { ReactNode } from 'react';
import { Form, Link, useNavigation } from 'react-router';
import { errorSentence } from '../i18n/error-sentence.ts';
import { useText } from '../i18n/use-language.ts';
import type { FormState } from '../lib/auth/auth-form.server.ts';
import { Field } from './Field.tsx';
import { PasswordField } from './PasswordField.tsx';
import { PublicPage } from './PublicPage.tsx';

interface AccessPageProps {
  /** The route whose form this is. */
  readonly path: '/login' | '/signup';
  readonly title: string;
  readonly lead: string;
  readonly action: string;
  readonly busy: string;
  /** The rejected form's values and errors; null before the first submission. */
  readonly refused: FormState | null;
  readonly email: { readonly autoComplete: 'username' | 'email' };
  readonly password: {
    readonly autoComplete: 'current-password' | 'new-password';
    readonly hint?: string;
  };
  /** The link to the other form. */
  readonly other: { readonly question: string; readonly to: string; readonly label: string };
  /** The text of the link to help. */
  readonly help?: string;
  /** The error of another sign-in method; null: none was tried, or it worked. */
  readonly notice?: string | null;
  /** Sign-in methods beside the form. */
  readonly otherWays?: ReactNode;
  /** What sending the form agrees to. */
  readonly agreement?: ReactNode;
  /** Fields before the e-mail address. */
  readonly children?: ReactNode;
}

/** The log-in and sign-up form, with its page. */
export function AccessPage(props: AccessPageProps) {
  const { path, title, lead, refused, email, password, other } = props;
  const words = useText();
  const text = words.account;
  const isSending = useNavigation().formAction?.split('?')[0] === path;
  const sentence = (field: keyof FormState['errors']) =>
    errorSentence(words, refused?.errors[field]);
  return (
    <PublicPage title={title}>
      <div className="mx-auto w-full max-w-md pt-4 sm:pt-12">
        <h1 className="font-bold text-3xl tracking-tight">{title}</h1>
        <p className="mt-1.5 text-muted">{lead}</p>
        <div className="card mt-6 p-5 sm:p-8">
          <div role="alert">
            {props.notice && !refused ? (
              <p className="mb-5 rounded-xl bg-danger-soft px-4 py-3 font-medium text-danger text-sm">
                {props.notice}
              </p>
            ) : null}
            {refused?.errors.form ? (
              <p className="mb-5 rounded-xl bg-danger-soft px-4 py-3 font-medium text-danger text-sm">
                {sentence('form')}
              </p>
            ) : null}
          </div>
          <Form
            method="post"
            noValidate
            className="flex flex-col gap-5"
            // A second click would report that the account just made by the first already exists.
            onSubmit={(event) => isSending && event.preventDefault()}
          >
            {props.children}
            <Field
              name="email"
              type="email"
              label={text.email}
              error={sentence('email')}
              defaultValue={refused?.values.email}
              autoComplete={email.autoComplete}
              inputMode="email"
              required
            />
            <PasswordField {...password} error={sentence('password')} />
            {props.agreement}
            <button type="submit" className="button" aria-disabled={isSending}>
              {isSending ? props.busy : props.action}
            </button>
          </Form>
          {props.otherWays ? (
            <div className="mt-6 flex flex-col gap-3">
              <p className="flex items-center gap-3 text-muted text-sm before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
                {text.or}
              </p>
              {props.otherWays}
            </div>
          ) : null}
        </div>
        {props.help ? (
          <p className="mt-6 text-center">
            <Link to="/forgotten" prefetch="intent" className="link">
              {props.help}
            </Link>
          </p>
        ) : null}
        <p className="mt-6 text-center text-muted">
          {other.question}{' '}
          <Link to={other.to} prefetch="intent" className="link">
            {other.label}
          </Link>
        </p>
      </div>
    </PublicPage>
  );
}
