import { data, Form, Link, redirect, useNavigation } from 'react-router';
import { CopyButton } from '../components/CopyButton.tsx';
import { Field } from '../components/form/Field.tsx';
import { PasswordField } from '../components/form/PasswordField.tsx';
import { Notice } from '../components/Notice.tsx';
import { Page } from '../components/page/Page.tsx';
import { useWalletState } from '../components/wallet/live/WalletStateProvider.tsx';
import { errorSentence } from '../i18n/error-sentence.ts';
import { useText } from '../i18n/use-language.ts';
import { useOwnerWords } from '../i18n/use-owner-words.ts';
import {
  exportKey,
  holdsKeys,
  type KeyExport,
  mayExport,
} from '../lib/account/key-export.server.ts';
import { refusalInit } from '../lib/auth/auth-form.server.ts';
import { readFreshProof } from '../lib/auth/fresh-proof.server.ts';
import type { FreshProof } from '../lib/auth/fresh-proof.ts';
import { orRefused } from '../lib/forms/lost-request.ts';
import { readForm } from '../lib/forms/read-fields.server.ts';
import { requireWalletOwner } from '../lib/session.server.ts';
import type { Route } from './+types/wallet-key.ts';

export async function loader({ request }: Route.LoaderArgs) {
  const owner = await requireWalletOwner(request);
  const proof = await readFreshProof(owner);
  return { proof, mayExport: mayExport(owner), holdsKeys: holdsKeys() };
}

/** Only the response to this form contains the key: no URL shows it, and nothing stores it. */
export async function action({ request }: Route.ActionArgs) {
  const owner = await requireWalletOwner(request);
  // The page itself shows why not.
  if (!holdsKeys()) throw redirect('/wallet/key');
  const answer = await exportKey(request, await readForm(request), owner);
  return data(answer, answer.exported ? {} : refusalInit([answer.error]));
}

export function clientAction({ serverAction }: Route.ClientActionArgs) {
  return orRefused(serverAction, (error): KeyExport => ({ exported: null, field: 'form', error }));
}

export default function WalletKey({ loaderData, actionData }: Route.ComponentProps) {
  const { key: text } = useOwnerWords();
  const { wallet } = useWalletState();
  const exported = actionData?.exported;
  return (
    <Page title={text.title}>
      {exported ? (
        <ShownKey privateKey={exported.privateKey} />
      ) : (
        <section className="card flex flex-col gap-5 p-6">
          <ul className="flex list-disc flex-col gap-2 pl-5">
            {text.means.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
          <Asked {...loaderData} isReady={wallet.isReady} refusal={actionData ?? null} />
          <Link to="/wallet" className="button-quiet self-start">
            {text.back}
          </Link>
        </section>
      )}
    </Page>
  );
}

interface AskedProps extends ExportFormProps {
  readonly isReady: boolean;
  readonly mayExport: boolean;
  readonly holdsKeys: boolean;
}

/** What prevents the export, or the form. */
function Asked({ isReady, mayExport, holdsKeys, proof, refusal }: AskedProps) {
  const { key: text, confirmEmail } = useOwnerWords();
  if (!isReady) return <Notice kind="wait">{text.notReady}</Notice>;
  if (!holdsKeys) return <Notice kind="wait">{text.notHere}</Notice>;
  if (mayExport) return <ExportForm proof={proof} refusal={refusal} />;
  return (
    <>
      <Notice kind="wait">{text.confirmFirst}</Notice>
      <Link to="/confirm-email" className="button self-start">
        {confirmEmail.send}
      </Link>
    </>
  );
}

interface ExportFormProps {
  readonly proof: FreshProof;
  readonly refusal: KeyExport | null;
}

function ExportForm({ proof, refusal }: ExportFormProps) {
  const words = useText();
  const { key: text } = useOwnerWords();
  const isSending = useNavigation().formAction === '/wallet/key';
  const error = refusal && !refusal.exported ? refusal : null;
  const sentence = (field: 'word' | 'password' | 'form') => {
    if (error?.field !== field) return undefined;
    return error.error === 'WORD_MISSING'
      ? text.wordMissing(text.word)
      : errorSentence(words, error.error);
  };
  if (proof === 'sign-in') {
    return (
      <>
        <Notice kind="wait">{words.account.errors.SIGN_IN_AGAIN}</Notice>
        <Form method="post" action="/logout">
          <button type="submit" className="button">
            {text.signInAgain}
          </button>
        </Form>
      </>
    );
  }
  return (
    <Form
      method="post"
      noValidate
      autoComplete="off"
      className="flex flex-col gap-5"
      onSubmit={(event) => isSending && event.preventDefault()}
    >
      <div role="alert" className="empty:-mb-5">
        {error?.field === 'form' ? <Notice kind="danger">{sentence('form')}</Notice> : null}
      </div>
      <Field
        name="word"
        label={text.typeWord(text.word)}
        error={sentence('word')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      {proof === 'password' ? (
        <PasswordField
          label={words.accountPage.proofPassword}
          error={sentence('password')}
          autoComplete="current-password"
        />
      ) : null}
      <button type="submit" className="button-danger" aria-disabled={isSending}>
        {isSending ? text.busy : text.submit}
      </button>
    </Form>
  );
}

function ShownKey({ privateKey }: { privateKey: string }) {
  const { key: text } = useOwnerWords();
  return (
    <section aria-labelledby="shown-key" className="card flex flex-col gap-4 p-6">
      {/* Announced, but without the key. */}
      <div role="alert">
        <h2 id="shown-key" className="font-semibold text-lg">
          {text.shownTitle}
        </h2>
        <p className="mt-1">{text.shown}</p>
      </div>
      {/* Keeps it from spelling checkers and translators, which send page content to servers. */}
      <code
        translate="no"
        spellCheck={false}
        className="wrap-anywhere block select-all rounded-xl bg-sunken p-4"
      >
        {privateKey}
      </code>
      <div className="-ml-3">
        <CopyButton value={privateKey} label={text.copy} />
      </div>
      <Link to="/wallet" replace className="button">
        {text.done}
      </Link>
    </section>
  );
}
