import { data, Form, Link, useNavigation } from 'react-router';
import { Field } from '../components/form/Field.tsx';
import { Notice } from '../components/Notice.tsx';
import { PublicPage } from '../components/page/PublicPage.tsx';
import { SupportContact } from '../components/SupportContact.tsx';
import { errorSentence } from '../i18n/error-sentence.ts';
import { useText } from '../i18n/use-language.ts';
import { refusalInit } from '../lib/auth/auth-form.server.ts';
import type { ShownError } from '../lib/forms/form-error.ts';
import { orRefused } from '../lib/forms/lost-request.ts';
import { readForm } from '../lib/forms/read-fields.server.ts';
import { orLimit } from '../lib/limits/limit-reached.server.ts';
import { sendsMail } from '../lib/mail/letters.server.ts';
import { requestPasswordMail } from '../lib/mail/password-mail.server.ts';
import { env } from '../lib/settings/env.server.ts';
import type { Route } from './+types/forgotten.ts';

interface Answer {
  readonly email: string;
  /** Null: an e-mail was sent, if an account has this address. */
  readonly error: ShownError | null;
}

export function loader() {
  return { supportEmail: env().supportEmail, canMail: sendsMail() };
}

export async function action({ request }: Route.ActionArgs) {
  const form = await readForm(request);
  const email = form.text('email').trim();
  const refuse = (error: ShownError) => data<Answer>({ email, error }, refusalInit([error]));
  // Without e-mail the page has no form.
  if (!sendsMail()) throw data(null, { status: 404 });
  if (form.tooLong.has('email')) return refuse('EMAIL_INVALID');
  const error = await orLimit(() => requestPasswordMail(request, email));
  return error === null ? data<Answer>({ email, error }) : refuse(error);
}

export async function clientAction({ request, serverAction }: Route.ClientActionArgs) {
  const form = await request.clone().formData();
  const email = String(form.get('email') ?? '');
  return orRefused(serverAction, (error): Answer => ({ email, error }));
}

/** Help for a forgotten password or a mistyped address. */
export default function Forgotten({ loaderData, actionData }: Route.ComponentProps) {
  const { supportEmail, canMail } = loaderData;
  const { forgotten: text } = useText();
  return (
    <PublicPage title={text.title}>
      <div className="mx-auto w-full max-w-md pt-6 sm:pt-12">
        <h1 className="font-bold text-3xl tracking-tight">{text.title}</h1>
        <p className="mt-1.5 text-muted">{canMail ? text.mailLead : text.lead}</p>
        {canMail ? (
          <>
            <MailForm answer={actionData ?? null} />
            <details className="mt-6">
              <summary className="link cursor-pointer">{text.otherWay}</summary>
              <p className="mt-3 text-muted">{text.lead}</p>
              <AskSupport supportEmail={supportEmail} />
            </details>
          </>
        ) : (
          <AskSupport supportEmail={supportEmail} />
        )}
        <p className="mt-6">
          <Link to="/login" className="link">
            {text.back}
          </Link>
        </p>
      </div>
    </PublicPage>
  );
}

function MailForm({ answer }: { answer: Answer | null }) {
  const words = useText();
  const { forgotten: text, account } = words;
  const isSending = useNavigation().formAction === '/forgotten';
  const isOfField = answer?.error === 'EMAIL_INVALID';
  const isSent = answer !== null && answer.error === null;
  return (
    <div className="card mt-6 p-5 sm:p-8">
      <div role="status">
        {isSent ? (
          <div className="wrap-anywhere mb-5">
            <Notice kind="good">{text.sent(answer.email)}</Notice>
          </div>
        ) : null}
      </div>
      <div role="alert">
        {answer?.error && !isOfField ? (
          <div className="mb-5">
            <Notice kind="danger">{errorSentence(words, answer.error)}</Notice>
          </div>
        ) : null}
      </div>
      <Form
        method="post"
        noValidate
        className="flex flex-col gap-5"
        onSubmit={(event) => isSending && event.preventDefault()}
      >
        <Field
          name="email"
          type="email"
          label={account.email}
          error={isOfField ? errorSentence(words, 'EMAIL_INVALID') : undefined}
          defaultValue={answer?.email}
          autoComplete="username"
          inputMode="email"
          required
        />
        <button type="submit" className="button" aria-disabled={isSending}>
          {isSending ? text.sending : text.send}
        </button>
      </Form>
    </div>
  );
}

/** Help through an operator. */
function AskSupport({ supportEmail }: { supportEmail: string | null }) {
  const { forgotten: text } = useText();
  return (
    <>
      <ol className="card mt-6 flex list-decimal flex-col gap-3 p-6 pl-10">
        {(supportEmail ? text.steps : text.stepsWithoutAddress).map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {supportEmail ? <SupportContact address={supportEmail} about={[text.subject]} /> : null}
    </>
  );
}
