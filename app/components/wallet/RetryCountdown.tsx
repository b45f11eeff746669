import { useEffect, useState } from 'react';
import { useText } from '../../i18n/use-language.ts';

const SECOND_MS = 1_000;

/** Outside the live region: announcing every second would be noise. The sentence has the time. */
export function RetryCountdown({ until }: { until: string }) {
  const text = useText().walletLive;
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(tick, SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  if (now === null) return null;
  const seconds = Math.ceil((Date.parse(until) - now) / SECOND_MS);
  return (
    <span aria-hidden="true" className="shrink-0 text-muted tabular-nums">
      {seconds > 0 ? text.countdown(Math.floor(seconds / 60), seconds % 60) : text.anyMoment}
    </span>
  );
}
