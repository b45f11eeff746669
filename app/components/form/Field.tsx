import { type InputHTMLAttributes, type ReactNode, useEffect, useId, useRef } from 'react';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  /** Beside the label, such as a button that shows a password. */
  readonly aside?: ReactNode;
}

/** A labelled input whose hint and error are read out with it. */
export function Field({ label, hint, error, aside, ...input }: FieldProps) {
  const id = useId();
  const element = useRef<HTMLInputElement>(null);
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');

  useEffect(() => {
    // Focus the first invalid field, so that the user can correct it at once.
    const invalid = error && element.current?.form?.querySelector('[aria-invalid=true]');
    if (invalid === element.current) element.current?.focus();
  }, [error]);

  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1.5 *:order-2 *:w-full">
      <label htmlFor={id} className="order-1! w-auto! flex-1 basis-20 font-semibold text-sm">
        {label}
      </label>
      <input
        type="text"
        {...input}
        ref={element}
        id={id}
        className="field"
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy || undefined}
      />
      {/* Shown above the field but after it in the document: Tab goes from field to field. */}
      {aside ? <div className="order-1! w-auto! whitespace-nowrap">{aside}</div> : null}
      {hint ? (
        <p id={`${id}-hint`} className="text-muted text-sm">
          {hint}
        </p>
      ) : null}
      <div aria-live="polite">
        {error ? (
          <p id={`${id}-error`} className="font-medium text-danger text-sm">
            {error}
          </p>
        ) : null}
      </div>
    </div>
  );
}
