import { errorSentence } from '../../i18n/error-sentence.ts';
import { useText } from '../../i18n/use-language.ts';
import type { AccountFormResult } from '../../lib/forms/account-form-result.ts';
import { PasswordField } from '../form/PasswordField.tsx';
import { AccountForm, errorOf } from './AccountSection.tsx';

/** Explains what is lost and what stays, then asks for the password if the account has one. */
export function DeleteAccount({
  hasPassword,
  result,
}: {
  hasPassword: boolean;
  result: AccountFormResult | null;
}) {
  const text = useText();
  const page = text.accountPage;
  const error = errorOf(result, 'delete', 'password');
  return (
    <details className="card group p-[min(1.5rem,6vw)]" open={result?.intent === 'delete'}>
      <summary className="cursor-pointer font-semibold text-danger text-lg">
        <h2 className="inline">{page.deleteTitle}</h2>
      </summary>
      <ul className="my-4 flex list-disc flex-col gap-2 pl-5">
        {page.deleteMeans.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <AccountForm intent="delete" result={result} action={page.deleteAction} isDangerous>
        {hasPassword ? (
          <div data-field="">
            <PasswordField
              label={page.deletePassword}
              error={errorSentence(text, error)}
              autoComplete="current-password"
            />
          </div>
        ) : null}
      </AccountForm>
    </details>
  );
}
