import { useEffect, useState } from 'react';
import { Toaster, toast } from 'sonner';
import { useText } from '../i18n/use-language.ts';
import { useTheme } from '../theme/use-theme.ts';
import { presentToasts } from './toast.ts';

const GAP_PX = 12;

/**
 * Above whatever stands at the bottom, and beside the middle where there is room: at the top it would
 * cover the navigation, the wallet's line or whom one is talking to, in the middle what has just
 * opened.
 */
export function AppToaster() {
  const text = useText();
  const [bottom, setBottom] = useState(GAP_PX);
  useEffect(
    () =>
      presentToasts(({ kind, title, description, id }) => {
        setBottom(heightBelow() + GAP_PX);
        toast[kind](title, { ...(description && { description }), ...(id && { id }) });
      }),
    [],
  );
  return (
    <Toaster
      position="bottom-right"
      theme={useTheme()}
      offset={{ bottom }}
      mobileOffset={{ bottom }}
      containerAriaLabel={text.notifications}
      toastOptions={{
        closeButtonAriaLabel: text.close,
        classNames: {
          toast: '!rounded-2xl !border-line !bg-surface !text-ink !shadow-float !font-sans',
          description: '!text-muted',
        },
      }}
    />
  );
}

/** What the composer or the navigation takes of the window now; a long draft makes it more. */
function heightBelow(): number {
  const parts = [...document.querySelectorAll('[data-at-bottom]')]
    .map((part) => part.getBoundingClientRect())
    .filter(({ height }) => height > 0);
  return Math.max(0, ...parts.map(({ top }) => window.innerHeight - top));
}
