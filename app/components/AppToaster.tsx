import { useEffect } from 'react';
import { Toaster, toast } from 'sonner';
import { useText } from '../i18n/use-language.ts';
import { useTheme } from '../theme/use-theme.ts';
import { presentToasts } from './toast.ts';

/**
 * Above the composer and the navigation below it: at the top it would cover the navigation, the
 * wallet's line or whom one is talking to.
 */
export function AppToaster() {
  const text = useText();
  useEffect(
    () =>
      presentToasts(({ kind, title, description, id }) => {
        toast[kind](title, { ...(description && { description }), ...(id && { id }) });
      }),
    [],
  );
  return (
    <Toaster
      position="bottom-center"
      theme={useTheme()}
      offset={{ bottom: '7rem' }}
      mobileOffset={{ bottom: 'calc(env(safe-area-inset-bottom) + 11rem)' }}
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
