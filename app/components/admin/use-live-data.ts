import { useEffect } from 'react';
import { useRevalidator } from 'react-router';

const EVERY_MS = 3_000;

/** Loads the page's data again every few seconds while somebody looks at it. */
export function useLiveData(): void {
  const { revalidate } = useRevalidator();
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void revalidate();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [revalidate]);
}
