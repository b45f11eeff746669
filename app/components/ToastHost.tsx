import { lazy, Suspense, useSyncExternalStore } from 'react';
import { hasToasts, onToast } from './toast.ts';

const AppToaster = lazy(async () => ({ default: (await import('./AppToaster.tsx')).AppToaster }));

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
