import { type InputHTMLAttributes, type ReactNode, useEffect, useId, useRef } from 'react';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly fault?: string | undefined;
  /** Beside the label, such as a button that shows a password. */
  readonly aside?: ReactNode;
}

/** A labelled input whose hint and fault are read out with it. */
export function Field({ label, hint, fault, aside, ...input }: FieldProps) {
  const id = useId();
  const element = useRef<HTMLInputElement>(null);
  const describedBy = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ');

  useEffect(() => {
    // The first faulty field of the form, where the user goes on typing.
    const faulty = fault && element.current?.form?.querySelector('[aria-invalid=true]');
    if (faulty === element.current) element.current?.focus();
  }, [fault]);

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
        aria-invalid={fault ? true : undefined}
        aria-describedby={describedBy || undefined}
      />
      {/* Above the field, and after it: from one field the Tab key leads to the next. */}
      {aside ? <div className="order-1! w-auto! whitespace-nowrap">{aside}</div> : null}
      {hint ? (
        <p id={`${id}-hint`} className="text-muted text-sm">
          {hint}
        </p>
      ) : null}
      <div aria-live="polite">
        {fault ? (
          <p id={`${id}-fault`} className="font-medium text-danger text-sm">
            {fault}
          </p>
        ) : null}
      </div>
    </div>
  );
}
