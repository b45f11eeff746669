import { useText } from '../../i18n/use-language.ts';

/** A sprout in a speech bubble, and the name. */
export function Brand() {
  const text = useText();
  return (
    <span className="flex min-w-0 items-center gap-2 font-bold text-[min(1.125rem,5.6vw)] tracking-tight">
      <svg viewBox="0 0 32 32" className="size-[min(2rem,10vw)] shrink-0" aria-hidden="true">
        <path
          d="M16 3C8.3 3 2.5 8 2.5 14.4c0 3.6 1.9 6.7 4.9 8.8L6.6 29l6.1-3.6c1.1.2 2.2.3 3.3.3 7.7 0 13.5-5 13.5-11.3S23.7 3 16 3Z"
          className="fill-accent"
        />
        <path
          d="M16 20v-6m0 0c0-3 2.3-5 5.6-5 0 3.2-2.4 5-5.6 5Zm0 2.2c-2.8 0-5-1.6-5-4.5 3 0 5 1.7 5 4.5Z"
          className="fill-on-accent stroke-on-accent"
          strokeWidth="1.4"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      <span className="truncate">{text.appName}</span>
    </span>
  );
}
