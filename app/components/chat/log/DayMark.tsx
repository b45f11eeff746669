import { useLanguage, useText } from '../../../i18n/use-language.ts';
import { useHydrated } from '../../use-hydrated.ts';
import { dayKey, dayName, utcDayKey } from '../day-and-time.ts';

interface DayMarkProps {
  /** Undefined while the message is being sent. */
  readonly sentAtMs: number | undefined;
  /** The previous message's time; undefined for the first message. */
  readonly before: number | undefined;
}

/**
 * Names the day above its first message, in the reader's time zone, which only the browser knows.
 * Before hydration it reserves space by UTC days, so that little shifts.
 */
export function DayMark({ sentAtMs, before }: DayMarkProps) {
  const language = useLanguage();
  const words = useText().chat;
  const isHydrated = useHydrated();
  if (sentAtMs === undefined) return null;
  const key = isHydrated ? dayKey : utcDayKey;
  if (before !== undefined && key(before) === key(sentAtMs)) return null;
  return (
    <p className="flex items-center gap-3 py-2 text-muted text-xs before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
      {isHydrated ? dayName({ sentAtMs, nowMs: Date.now(), language, words }) : '\u00a0'}
    </p>
  );
}
