import { Toaster } from 'sonner';
import { useText } from '../i18n/use-language.ts';

/** At the top: the bottom belongs to the composer and, on a phone, to the thumb. */
export function AppToaster() {
  const text = useText();
  return (
    <Toaster
      position="top-center"
      theme="system"
      offset={112}
      mobileOffset={{ top: 112 }}
      containerAriaLabel={text.notifications}
      toastOptions={{
        closeButtonAriaLabel: text.close,
        classNames: {
          toast: '!rounded-2xl !border-line !bg-surface !text-ink !shadow-card !font-sans',
          description: '!text-muted',
        },
      }}
    />
  );
}
