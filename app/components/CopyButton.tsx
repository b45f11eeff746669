import { useEffect, useState } from 'react';
import { useText } from '../i18n/use-language.ts';
import { Icon } from './Icon.tsx';
import { useHydrated } from './use-hydrated.ts';

const TOLD_MS = 3_000;

/** Copies a text and confirms it beside the button. Not rendered until hydrated: it needs scripts. */
export function CopyButton({ value, label }: { value: string; label: string }) {
  const text = useText().walletPage;
  const isHydrated = useHydrated();
  const [outcome, setOutcome] = useState<'copied' | 'copyRefused' | null>(null);
  useEffect(() => {
    if (!outcome) return;
    const timer = setTimeout(() => setOutcome(null), TOLD_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = async () => {
    try {
      // The clipboard is missing on an insecure address, and rejects when the user declines.
      await navigator.clipboard.writeText(value);
      setOutcome('copied');
    } catch {
      setOutcome('copyRefused');
    }
  };

  return (
    <span className="inline-flex items-center gap-2">
      {isHydrated ? (
        <button type="button" className="button-quiet" onClick={copy}>
          <Icon name="copy" className="size-4" />
          {label}
        </button>
      ) : null}
      <span role="status" className="text-good text-sm">
        {outcome ? text[outcome] : null}
      </span>
    </span>
  );
}
