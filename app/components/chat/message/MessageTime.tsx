import { useLanguage, useText } from '../../../i18n/use-language.ts';
import { useHydrated } from '../../use-hydrated.ts';
import { shortMoment, timeOfDay } from '../day-and-time.ts';

interface MessageTimeProps {
  readonly sentAtMs: number;
  /** `time`: beside a bubble, whose day is shown above. `short`: in a list. */
  readonly form: 'time' | 'short';
}

/** Only the browser knows the reader's time zone: before hydration the space stays empty. */
export function MessageTime({ sentAtMs, form }: MessageTimeProps) {
  const language = useLanguage();
  const words = useText().chat;
  const isHydrated = useHydrated();
  const shown = () =>
    form === 'time'
      ? timeOfDay(sentAtMs, language)
      : shortMoment({ sentAtMs, nowMs: Date.now(), language, words });
  return (
    <time
      dateTime={new Date(sentAtMs).toISOString()}
      className="shrink-0 whitespace-nowrap text-muted text-xs tabular-nums"
    >
      {isHydrated ? shown() : '\u00a0'}
    </time>
  );
}
