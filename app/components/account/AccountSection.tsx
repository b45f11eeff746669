import { type ReactNode, type Ref, useEffect, useId, useRef } from 'react';
import { Form, useNavigation } from 'react-router';
import { errorSentence } from '../../i18n/error-sentence.ts';
import { useText } from '../../i18n/use-language.ts';
import type { AccountFormResult } from '../../lib/forms/account-form-result.ts';
import type { AccountIntent } from '../../lib/forms/account-intents.ts';
import type { ShownError } from '../../lib/forms/form-error.ts';
import { Notice } from '../Notice.tsx';

interface AccountSectionProps {
  readonly title: string;
  /** Confirms what was just saved here; null: nothing was. Omitted where nothing can be saved. */
  readonly saved?: string | null;
  readonly children: ReactNode;
}

export function AccountSection({ title, saved, children }: AccountSectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="card p-[min(1.5rem,6vw)]">
      <h2 id={id} className="font-semibold text-lg">
        {title}
      </h2>
      <div className="mt-4">
        {saved === undefined ? null : <Saved text={saved} />}
        {children}
      </div>
    </section>
  );
}

interface AccountFormProps {
  readonly intent: AccountIntent;
  readonly result: AccountFormResult | null;
  readonly action: string;
  readonly isDangerous?: boolean;
  readonly children?: ReactNode;
}

/** One of the page's forms. It answers with a whole page, so it works without JavaScript. */
export function AccountForm(props: AccountFormProps) {
  const { intent, result, action, isDangerous = false, children } = props;
  const text = useText();
  const isSending = useNavigation().formData?.get('intent') === intent;
  const error = errorOf(result, intent, 'form');
  const form = useRef<HTMLFormElement>(null);
  const wasSending = useRef(false);
  const isRefused = result?.intent === intent;
  useEffect(() => {
    // Saved: clear any password that was typed.
    if (wasSending.current && !isSending && !isRefused) form.current?.reset();
    wasSending.current = isSending;
  }, [isSending, isRefused]);
  return (
    <IntentForm ref={form} intent={intent} isBusy={isSending} sentence={errorSentence(text, error)}>
      {children}
      <button
        type="submit"
        className={isDangerous ? 'button-danger' : 'button-outline'}
        aria-disabled={isSending}
      >
        {isSending ? text.accountPage.busy[intent] : action}
      </button>
    </IntentForm>
  );
}

interface IntentFormProps {
  readonly intent: AccountIntent;
  /** Blocks a second submission while the first is pending. */
  readonly isBusy: boolean;
  /** Why the form was rejected. */
  readonly sentence: string | undefined;
  readonly ref?: Ref<HTMLFormElement>;
  readonly children?: ReactNode;
}

/** What all forms of the page share. A child with `data-field` spans the form's width. */
export function IntentForm({ intent, isBusy, sentence, ref, children }: IntentFormProps) {
  return (
    <Form
      ref={ref}
      method="post"
      action="/account"
      preventScrollReset
      noValidate
      className="flex min-w-0 max-w-full flex-col items-start gap-4 *:data-field:w-full"
      onSubmit={(event) => isBusy && event.preventDefault()}
    >
      <input type="hidden" name="intent" value={intent} />
      <div role="alert" data-field="" className="empty:-mb-4">
        {sentence ? <Notice kind="danger">{sentence}</Notice> : null}
      </div>
      {children}
    </Form>
  );
}

/** Hides the errors while the form is being sent again: they describe the previous submission. */
export function useShownResult(result: AccountFormResult | null): AccountFormResult | null {
  const { formData } = useNavigation();
  if (!result || formData?.get('intent') !== result.intent) return result;
  return { ...result, errors: {} };
}

export function errorOf(
  result: AccountFormResult | null,
  intent: AccountIntent,
  field: keyof AccountFormResult['errors'],
): ShownError | undefined {
  return result?.intent === intent ? result.errors[field] : undefined;
}

/** A live region; present from the first render, so that screen readers announce changes. */
function Saved({ text }: { text: string | null }) {
  return (
    <div role="status" className="mb-3 empty:mb-0">
      {text ? <Notice kind="good">{text}</Notice> : null}
    </div>
  );
}
