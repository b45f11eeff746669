import { useState } from 'react';
import { useText } from '../i18n/use-language.ts';
import { Field } from './Field.tsx';

interface PasswordFieldProps {
  readonly name?: string;
  readonly label?: string;
  readonly hint?: string;
  readonly fault: string | undefined;
  readonly autoComplete: 'new-password' | 'current-password';
}

export function PasswordField({
  name = 'password',
  label,
  hint,
  fault,
  autoComplete,
}: PasswordFieldProps) {
  const text = useText().account;
  const [isShown, setShown] = useState(false);
  return (
    <Field
      name={name}
      type={isShown ? 'text' : 'password'}
      label={label ?? text.password}
      hint={hint}
      fault={fault}
      autoComplete={autoComplete}
      required
      aside={
        <button
          type="button"
          className="cursor-pointer rounded-lg px-2 py-1 text-muted text-sm hover:text-ink"
          onClick={() => setShown(!isShown)}
        >
          {isShown ? text.hidePassword : text.showPassword}
        </button>
      }
    />
  );
}
