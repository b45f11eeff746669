import type { ReactNode } from 'react';
import { Form, Link, useNavigation } from 'react-router';
import { errorSentence } from '../../i18n/error-sentence.ts';
import { useText } from '../../i18n/use-language.ts';
import type { FormState } from '../../lib/auth/auth-form.server.ts';
import type { ShownError } from '../../lib/forms/form-error.ts';
import { Field } from '../form/Field.tsx';
import { PasswordField } from '../form/PasswordField.tsx';
import { PublicPage } from '../page/PublicPage.tsx';

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
  const { title, refused, other } = props;
  return (
    <PublicPage title={title}>
      <div className="mx-auto w-full max-w-md pt-4 sm:pt-12">
        <h1 className="font-bold text-3xl tracking-tight">{title}</h1>
        <p className="mt-1.5 text-muted">{props.lead}</p>
        <div className="card mt-6 p-5 sm:p-8">
          <Problem notice={refused ? null : props.notice} error={refused?.errors.form} />
          <AccessForm {...props} />
          {props.otherWays ? <OtherWays>{props.otherWays}</OtherWays> : null}
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

interface ProblemProps {
  readonly notice: string | null | undefined;
  /** What is wrong with the form as a whole. */
  readonly error: ShownError | undefined;
}

function Problem({ notice, error }: ProblemProps) {
  const words = useText();
  const sentence = notice ?? errorSentence(words, error);
  return (
    <div role="alert">
      {sentence ? (
        <p className="mb-5 rounded-xl bg-danger-soft px-4 py-3 font-medium text-danger text-sm">
          {sentence}
        </p>
      ) : null}
    </div>
  );
}

function AccessForm({ path, action, busy, refused, ...props }: AccessPageProps) {
  const words = useText();
  const isSending = useNavigation().formAction?.split('?')[0] === path;
  const sentence = (field: 'email' | 'password') => errorSentence(words, refused?.errors[field]);
  return (
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
        label={words.account.email}
        error={sentence('email')}
        defaultValue={refused?.values.email}
        autoComplete={props.email.autoComplete}
        inputMode="email"
        required
      />
      <PasswordField {...props.password} error={sentence('password')} />
      {props.agreement}
      <button type="submit" className="button" aria-disabled={isSending}>
        {isSending ? busy : action}
      </button>
    </Form>
  );
}

function OtherWays({ children }: { readonly children: ReactNode }) {
  const { or } = useText().account;
  return (
    <div className="mt-6 flex flex-col gap-3">
      <p className="flex items-center gap-3 text-muted text-sm before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        {or}
      </p>
      {children}
    </div>
  );
}
