import { Link } from 'react-router';
import { errorSentence } from '../../i18n/error-sentence.ts';
import { useText } from '../../i18n/use-language.ts';
import { useOwnerWords } from '../../i18n/use-owner-words.ts';
import type { AccountFormResult } from '../../lib/forms/account-form-result.ts';
import { PasswordField } from '../form/PasswordField.tsx';
import { AccountForm, errorOf } from './AccountSection.tsx';

export function ChangePassword({
  email,
  result,
}: {
  email: string;
  result: AccountFormResult | null;
}) {
  const text = useText();
  const page = text.accountPage;
  const sentence = (field: 'currentPassword' | 'newPassword') =>
    errorSentence(text, errorOf(result, 'password', field));
  return (
    <AccountForm intent="password" result={result} action={page.changePassword}>
      {/* Password managers store the new password under this name; it is not sent. */}
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <div data-field="">
        <PasswordField
          name="currentPassword"
          label={page.currentPassword}
          error={sentence('currentPassword')}
          autoComplete="current-password"
        />
      </div>
      <div data-field="">
        <PasswordField
          name="newPassword"
          label={page.newPassword}
          hint={text.account.passwordHint}
          error={sentence('newPassword')}
          autoComplete="new-password"
        />
      </div>
      <label className="flex min-h-11 cursor-pointer items-center gap-3">
        <input type="checkbox" name="keepOthers" className="size-6 accent-accent" />
        {page.keepOthers}
      </label>
    </AccountForm>
  );
}

/** An account that is opened by another site or a passkey only. */
export function NoPassword() {
  const text = useOwnerWords();
  return (
    <p className="text-muted">
      {text.noPassword}{' '}
      <Link to="/forgotten" className="link">
        {text.makePassword}
      </Link>
    </p>
  );
}
