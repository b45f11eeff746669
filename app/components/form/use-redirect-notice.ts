import { useEffect, useState } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';

interface Shown {
  readonly notice: string;
  /** Whether the navigation that cleaned the address has happened. */
  readonly isCleaned: boolean;
}

/**
 * A notice that a redirect passes in the page's address, until the visitor navigates. It is removed
 * from the address at once, so that a reload or a shared link does not show it again. Without
 * JavaScript it stays there.
 */
export function useRedirectNotice(parameter: string): string | null {
  const { key, pathname } = useLocation();
  const [parameters] = useSearchParams();
  const navigate = useNavigate();
  const notice = parameters.get(parameter);
  const [shown, setShown] = useState<Shown | null>(null);
  // Keyed by navigation: the same notice may come twice.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per navigation
  useEffect(() => {
    // The first navigation after the notice is our own.
    setShown((last) => {
      if (notice) return { notice, isCleaned: false };
      return last && !last.isCleaned ? { ...last, isCleaned: true } : null;
    });
    if (notice) void navigate(pathname, { replace: true, preventScrollReset: true });
  }, [key]);
  return notice ?? shown?.notice ?? null;
}
