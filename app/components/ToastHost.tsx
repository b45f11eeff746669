import { lazy, Suspense, useSyncExternalStore } from 'react';
import { hasToasts, onToast } from './toast.ts';

const Nothing = () => null;
const AppToaster = lazy(async () => {
  // The page goes on without its toasts.
  const toaster = await import('./AppToaster.tsx').catch(() => null);
  return { default: toaster?.AppToaster ?? Nothing };
});

/** Nothing until there is something to show. */
export function ToastHost() {
  const isNeeded = useSyncExternalStore(onToast, hasToasts, () => false);
  if (!isNeeded) return null;
  return (
    <Suspense>
      <AppToaster />
    </Suspense>
  );
}
