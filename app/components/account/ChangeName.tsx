import type { ReactNode } from 'react';
import { errorSentence } from '../../i18n/error-sentence.ts';
import { useText } from '../../i18n/use-language.ts';
import type { AccountFormResult } from '../../lib/forms/account-form-result.ts';
import { NAME_MAX_LENGTH } from '../../lib/forms/account-rules.ts';
import { Field } from '../form/Field.tsx';
import { AccountForm, errorOf } from './AccountSection.tsx';

interface ChangeNameProps {
  readonly name: string;
  /** Submitted after the session had ended, and not saved. */
  readonly unsavedName: string | null;
  readonly result: AccountFormResult | null;
  /** Between the field and the button. */
  readonly children: ReactNode;
}

export function ChangeName({ name, unsavedName, result, children }: ChangeNameProps) {
  const text = useText();
  const page = text.accountPage;
  const error = errorSentence(text, errorOf(result, 'name', 'name'));
  return (
    <AccountForm intent="name" result={result} action={page.save}>
      {/* If the session has ended, this tells the server whether the name was changed. */}
      <input type="hidden" name="nameBefore" value={name} />
      <div data-field="">
        <Field
          key={unsavedName ?? name}
          name="name"
          label={text.account.name}
          hint={text.account.nameHint}
          error={error ?? (unsavedName === null ? undefined : page.nameNotSaved)}
          defaultValue={result?.name ?? unsavedName ?? name}
          autoComplete="nickname"
          maxLength={NAME_MAX_LENGTH}
          required
        />
      </div>
      {children}
    </AccountForm>
  );
}

/** The address where no mail can be sent, so that it cannot be changed. */
export function FixedEmail({ email }: { readonly email: string }) {
  const text = useText();
  return (
    <div>
      <p className="font-semibold text-sm">{text.account.email}</p>
      <p className="wrap-anywhere">{email}</p>
      <p className="text-muted text-sm">{text.accountPage.emailHint}</p>
    </div>
  );
}
