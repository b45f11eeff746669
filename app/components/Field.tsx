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
    <div className="grid grid-cols-[1fr_auto] items-center gap-x-2 gap-y-1.5">
      <label htmlFor={id} className="col-start-1 row-start-1 font-semibold text-sm">
        {label}
      </label>
      <input
        {...input}
        ref={element}
        id={id}
        className="field col-span-2 row-start-2"
        aria-invalid={fault ? true : undefined}
        aria-describedby={describedBy || undefined}
      />
      {/* Above the field, and after it: from one field the Tab key leads to the next. */}
      {aside ? <div className="col-start-2 row-start-1 whitespace-nowrap">{aside}</div> : null}
      {hint ? (
        <p id={`${id}-hint`} className="col-span-2 text-muted text-sm">
          {hint}
        </p>
      ) : null}
      <div aria-live="polite" className="col-span-2">
        {fault ? (
          <p id={`${id}-fault`} className="font-medium text-danger text-sm">
            {fault}
          </p>
        ) : null}
      </div>
    </div>
  );
}
