import { useSubmit } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import { useHydrated } from '../use-hydrated.ts';
import { signWithPasskey, usePasskey } from './use-passkey.ts';

/** Log-in with a passkey, posted to the page's own action. Not rendered without scripts. */
export function PasskeyLogIn({ action }: { action: string }) {
  const text = useText().account;
  const isHydrated = useHydrated();
  const submit = useSubmit();
  const { ask, isAsking, hasFailed } = usePasskey((credential) => {
    void submit({ credential }, { method: 'post', action });
  });
  return (
    <>
      <button
        type="button"
        className={`button-outline w-full ${isHydrated ? '' : 'invisible'}`}
        aria-disabled={isAsking}
        onClick={() => void ask(signWithPasskey)}
      >
        {text.logInByPasskey}
      </button>
      <p role="alert" className="text-danger text-sm empty:hidden">
        {hasFailed ? text.passkeyFailed : null}
      </p>
    </>
  );
}
