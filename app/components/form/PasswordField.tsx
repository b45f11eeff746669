import { useState } from 'react';
import { useText } from '../../i18n/use-language.ts';
import { useHydrated } from '../use-hydrated.ts';
import { Field } from './Field.tsx';

interface PasswordFieldProps {
  readonly name?: string;
  readonly label?: string;
  readonly hint?: string;
  readonly error: string | undefined;
  readonly autoComplete: 'new-password' | 'current-password';
}

/** A password input. The button that reveals it appears with hydration: it needs scripts. */
export function PasswordField({
  name = 'password',
  label,
  hint,
  error,
  autoComplete,
}: PasswordFieldProps) {
  const text = useText().account;
  const isHydrated = useHydrated();
  const [isShown, setShown] = useState(false);
  return (
    <Field
      name={name}
      type={isShown ? 'text' : 'password'}
      label={label ?? text.password}
      hint={hint}
      error={error}
      autoComplete={autoComplete}
      required
      aside={
        isHydrated ? (
          <button
            type="button"
            className="cursor-pointer h-7 rounded-lg px-2 text-muted text-sm hover:text-ink"
            onClick={() => setShown(!isShown)}
          >
            {isShown ? text.hidePassword : text.showPassword}
          </button>
        ) : (
          // Reserves the button's space, so nothing shifts when it appears.
          <span className="block h-7" />
        )
      }
    />
  );
}
