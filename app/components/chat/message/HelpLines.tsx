import { useId } from 'react';
import type { CareKind } from '../../../i18n/care.ts';
import { catalogueOf } from '../../../i18n/language.ts';
import { useLanguage } from '../../../i18n/use-language.ts';
import { languageOfText } from '../../../lib/chat/message-language.ts';

interface HelpLinesProps {
  readonly kind: CareKind;
  /** The message they accompany, which decides their language. */
  readonly beside: string;
}

/** Help lines to call. Inside the log, a live region, so they are announced after the message. */
export function HelpLines({ kind, beside }: HelpLinesProps) {
  const id = useId();
  const pageLanguage = useLanguage();
  const language = languageOfText(beside) ?? pageLanguage;
  const { title, call, lines } = catalogueOf(language).chat.help;
  return (
    <section
      aria-labelledby={id}
      lang={language}
      data-care={kind}
      className="mt-3 rounded-2xl border border-control bg-canvas px-4 py-3"
    >
      <h2 id={id} className="font-semibold">
        {title}
      </h2>
      <ul className="mt-2 flex flex-col gap-3">
        {lines[kind].map(({ name, numbers, note }) => (
          <li key={name}>
            <p className="font-medium text-sm">{name}</p>
            <p className="text-muted text-sm">{note}</p>
            <p className="mt-1.5 flex flex-wrap gap-2">
              {numbers.map((number) => (
                <a
                  key={number}
                  href={`tel:${number.replaceAll(/[^\d+]/g, '')}`}
                  aria-label={`${name}, ${call(number)}`}
                  className="button-outline min-h-11 px-4 tabular-nums"
                >
                  {call(number)}
                </a>
              ))}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
