import { useLanguage, useText } from '../../i18n/use-language.ts';
import { useHydrated } from '../use-hydrated.ts';
import { dayKey, dayName, utcDayKey } from './day-and-time.ts';

interface DayMarkProps {
  /** Absent of a message on its way. */
  readonly sentAtMs: number | undefined;
  /** Of the message before; absent of the first one. */
  readonly before: number | undefined;
}

/**
 * Names the day before its first message, by the reader's clock, which only the browser knows; until
 * it is alive the place is kept by the days of UTC, so that next to nothing moves.
 */
export function DayMark({ sentAtMs, before }: DayMarkProps) {
  const language = useLanguage();
  const words = useText().chat;
  const isAlive = useHydrated();
  if (sentAtMs === undefined) return null;
  const key = isAlive ? dayKey : utcDayKey;
  if (before !== undefined && key(before) === key(sentAtMs)) return null;
  return (
    <p className="flex items-center gap-3 py-2 text-muted text-xs before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
      {isAlive ? dayName({ sentAtMs, nowMs: Date.now(), language, words }) : '\u00a0'}
    </p>
  );
}
