import { Link } from 'react-router';
import { errorSentence } from '../../i18n/error-sentence.ts';
import { useText } from '../../i18n/use-language.ts';
import type { FreshProof } from '../../lib/auth/fresh-proof.ts';
import type { AccountFormResult } from '../../lib/forms/account-form-result.ts';
import { Field } from '../form/Field.tsx';
import { PasswordField } from '../form/PasswordField.tsx';
import { AccountForm, errorOf } from './AccountSection.tsx';

interface ChangeEmailProps {
  readonly email: string;
  readonly isVerified: boolean;
  readonly proof: FreshProof;
  readonly result: AccountFormResult | null;
}

/** The address changes only when the link in the confirmation e-mail is opened. */
export function ChangeEmail({ email, isVerified, proof, result }: ChangeEmailProps) {
  const text = useText();
  const page = text.accountPage;
  const sentence = (field: 'newEmail' | 'password') =>
    errorSentence(text, errorOf(result, 'email', field));
  return (
    <div className="flex flex-col gap-5">
      <div>
        <p className="wrap-anywhere font-medium">{email}</p>
        <p className="text-muted text-sm">
          {isVerified ? page.emailVerified : page.emailUnverified}
        </p>
      </div>
      {isVerified ? null : (
        <Link to="/confirm-email" className="button-outline self-start">
          {page.verifyEmail}
        </Link>
      )}
      <AccountForm intent="email" result={result} action={page.changeEmail}>
        <div data-field="">
          <Field
            name="newEmail"
            type="email"
            label={page.newEmail}
            hint={page.newEmailHint}
            error={sentence('newEmail')}
            defaultValue={result?.newEmail}
            autoComplete="email"
            inputMode="email"
            required
          />
        </div>
        {proof === 'password' ? (
          <div data-field="">
            <PasswordField
              label={page.proofPassword}
              error={sentence('password')}
              autoComplete="current-password"
            />
          </div>
        ) : null}
      </AccountForm>
    </div>
  );
}
