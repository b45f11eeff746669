import { Form, useLocation } from 'react-router';

interface SegmentedProps<Value extends string> {
  readonly label: string;
  /** The route that stores the choice. It receives `name` and the path to return to. */
  readonly action: string;
  readonly name: string;
  readonly value: Value;
  readonly options: readonly {
    readonly value: Value;
    readonly label: string;
    readonly lang?: string;
  }[];
}

/** A choice of one among a few. A form of buttons, so it works without JavaScript. */
export function Segmented<Value extends string>(props: SegmentedProps<Value>) {
  const { label, action, name, value, options } = props;
  const { pathname, search } = useLocation();
  return (
    <Form method="post" action={action} preventScrollReset aria-label={label}>
      <input type="hidden" name="backTo" value={pathname + search} />
      <div className="inline-flex max-w-full flex-wrap gap-1 rounded-xl bg-sunken p-1">
        {options.map((option) => (
          <button
            key={option.value}
            type="submit"
            name={name}
            value={option.value}
            lang={option.lang}
            aria-pressed={option.value === value}
            className="min-h-9 cursor-pointer rounded-lg px-3 font-medium text-muted text-sm transition-colors hover:text-ink aria-pressed:bg-raised aria-pressed:text-ink aria-pressed:shadow-card"
          >
            {option.label}
          </button>
        ))}
      </div>
    </Form>
  );
}
