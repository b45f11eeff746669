import { useEffect, useRef } from 'react';
import { useNavigation, useSubmit } from 'react-router';
import { errorSentence } from '../../i18n/error-sentence.ts';
import { useText } from '../../i18n/use-language.ts';
import { useOwnerWords } from '../../i18n/use-owner-words.ts';
import type { FreshProof } from '../../lib/auth/fresh-proof.ts';
import type { AccountFormResult } from '../../lib/forms/account-form-result.ts';
import type { ShownPasskey } from '../../lib/passkeys/passkeys.server.ts';
import { PasswordField } from '../form/PasswordField.tsx';
import { LocalTime } from '../LocalTime.tsx';
import { Notice } from '../Notice.tsx';
import { makePasskey, usePasskey } from '../sign-in/use-passkey.ts';
import { useHydrated } from '../use-hydrated.ts';
import { errorOf, IntentForm } from './AccountSection.tsx';
import { SignInMethod } from './SignInMethod.tsx';

interface PasskeysProps {
  readonly passkeys: readonly ShownPasskey[];
  readonly proof: FreshProof;
  readonly result: AccountFormResult | null;
}

export function Passkeys({ passkeys, proof, result }: PasskeysProps) {
  const text = useOwnerWords().passkeys;
  return (
    <div className="flex flex-col gap-4">
      <p className="text-muted">{text.lead}</p>
      {passkeys.length > 0 ? (
        <ul className="divide-y divide-line">
          {passkeys.map((passkey) => (
            <Passkey key={passkey.id} passkey={passkey} proof={proof} result={result} />
          ))}
        </ul>
      ) : null}
      <AddPasskey proof={proof} result={result} />
    </div>
  );
}

function Passkey({
  passkey,
  proof,
  result,
}: Omit<PasskeysProps, 'passkeys'> & { passkey: ShownPasskey }) {
  const text = useOwnerWords().passkeys;
  const device = passkey.device ?? text.unknownDevice;
  const [time, words] = passkey.usedAt
    ? [passkey.usedAt, text.used]
    : [passkey.addedAt, text.added];
  return (
    <SignInMethod
      intent="remove-passkey"
      id={passkey.id}
      name={device}
      detail={
        <>
          {words[0]}
          <LocalTime iso={time} format="moment" />
          {words[1]}
        </>
      }
      proof={proof}
      result={result}
    />
  );
}

/**
 * Two steps: the page's form proves who asks and returns the creation options; then the device
 * creates the passkey, which is posted.
 */
function AddPasskey({ proof, result }: Omit<PasskeysProps, 'passkeys'>) {
  const words = useText();
  const page = words.accountPage;
  const text = useOwnerWords().passkeys;
  const isHydrated = useHydrated();
  const submit = useSubmit();
  const isSending = useNavigation().formData?.get('intent') === 'add-passkey';
  const { ask, isAsking, hasFailed } = usePasskey((credential) => {
    void submit(
      { intent: 'add-passkey', credential },
      { method: 'post', action: '/account', preventScrollReset: true },
    );
  });
  const options = result?.passkeyOptions;
  const asked = useRef<typeof options>(undefined);
  useEffect(() => {
    if (!options || asked.current === options) return;
    asked.current = options;
    void ask(() => makePasskey(options));
  }, [options, ask]);
  const error = errorOf(result, 'add-passkey', 'form');
  const sentence = hasFailed ? words.account.passkeyFailed : errorSentence(words, error);
  if (proof === 'sign-in') return <Notice kind="wait">{words.account.errors.SIGN_IN_AGAIN}</Notice>;
  const isBusy = isSending || isAsking;
  return (
    <IntentForm intent="add-passkey" isBusy={isBusy} sentence={sentence}>
      {proof === 'password' ? (
        <div data-field="">
          <PasswordField
            label={page.proofPassword}
            error={errorSentence(words, errorOf(result, 'add-passkey', 'password'))}
            autoComplete="current-password"
          />
        </div>
      ) : null}
      <noscript>{text.needsScripts}</noscript>
      <button
        type="submit"
        className={`button-outline ${isHydrated ? '' : 'invisible'}`}
        aria-disabled={isBusy}
      >
        {isBusy ? page.busy['add-passkey'] : text.add}
      </button>
    </IntentForm>
  );
}
