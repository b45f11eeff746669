import type { ReactNode } from 'react';
import { useNavigation } from 'react-router';
import { errorSentence } from '../../i18n/error-sentence.ts';
import { useText } from '../../i18n/use-language.ts';
import { useOwnerWords } from '../../i18n/use-owner-words.ts';
import type { FreshProof } from '../../lib/auth/fresh-proof.ts';
import type { AccountFormResult } from '../../lib/forms/account-form-result.ts';
import type { WayInIntent } from '../../lib/forms/account-intents.ts';
import { PasswordField } from '../form/PasswordField.tsx';
import { errorOf, IntentForm } from './AccountSection.tsx';

interface SignInMethodProps {
  readonly intent: WayInIntent;
  readonly id: string;
  readonly name: string;
  readonly mark?: ReactNode;
  /** When it was added or last used. */
  readonly detail: ReactNode;
  readonly proof: FreshProof;
  readonly result: AccountFormResult | null;
}

/** One sign-in method with the form that removes it, or one that could be added. */
export function SignInMethod(props: SignInMethodProps) {
  const { intent, name, mark, detail, proof } = props;
  const text = useOwnerWords().signInMethods;
  const isRefused = props.result?.intent === intent && props.result.of === props.id;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 py-2">
      <div className="flex min-w-0 items-center gap-3">
        {mark}
        <div className="min-w-0">
          <p className="wrap-anywhere font-medium">{name}</p>
          <p className="text-muted text-sm">{detail}</p>
        </div>
      </div>
      {proof === 'recent' ? (
        <div className="py-2">
          <WayInForm {...props} isRefused={isRefused} />
        </div>
      ) : null}
      {proof === 'password' ? (
        <details className="group/remove open:w-full" open={isRefused}>
          <summary
            className="button-quiet ml-auto flex w-fit list-none border border-line [&::-webkit-details-marker]:hidden"
            aria-label={text.label[intent](name)}
          >
            {text.short[intent]}
          </summary>
          <div className="py-2">
            <WayInForm {...props} isRefused={isRefused} />
          </div>
        </details>
      ) : null}
    </li>
  );
}

function WayInForm({
  intent,
  id,
  name,
  proof,
  result,
  isRefused,
}: SignInMethodProps & { isRefused: boolean }) {
  const words = useText();
  const text = useOwnerWords().signInMethods;
  const look =
    proof === 'recent'
      ? 'button-quiet border border-line'
      : intent === 'link-site'
        ? 'button'
        : 'button-danger';
  const sent = useNavigation().formData;
  const isSending = sent?.get('intent') === intent && sent.get('of') === id;
  const sentence = (field: 'password' | 'form') =>
    isRefused ? errorSentence(words, errorOf(result, intent, field)) : undefined;
  return (
    <IntentForm intent={intent} isBusy={isSending} sentence={sentence('form')}>
      <input type="hidden" name="of" value={id} />
      {proof === 'password' ? (
        <div data-field="">
          <PasswordField
            label={words.accountPage.proofPassword}
            error={sentence('password')}
            autoComplete="current-password"
          />
        </div>
      ) : null}
      <button
        type="submit"
        className={look}
        aria-label={proof === 'password' ? undefined : text.label[intent](name)}
        aria-disabled={isSending}
      >
        {isSending ? words.accountPage.busy[intent] : text.short[intent]}
      </button>
    </IntentForm>
  );
}
