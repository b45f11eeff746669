import { useEffect, useState } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';

interface Told {
  readonly news: string;
  /** The address is its own again. */
  readonly isPlaced: boolean;
}

/**
 * What a redirect tells in the page's address, until the visitor goes on. The address loses it at
 * once, or a reload and a link sent to a friend would tell it again. Before JavaScript it stays there.
 */
export function useToldOnce(parameter: string): string | null {
  const { key, pathname } = useLocation();
  const [parameters] = useSearchParams();
  const navigate = useNavigate();
  const news = parameters.get(parameter);
  const [told, tell] = useState<Told | null>(null);
  // By the key: the same news may come again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each place
  useEffect(() => {
    // The first place after the news is the one we went to ourselves.
    tell((last) => {
      if (news) return { news, isPlaced: false };
      return last && !last.isPlaced ? { ...last, isPlaced: true } : null;
    });
    if (news) void navigate(pathname, { replace: true, preventScrollReset: true });
  }, [key]);
  return news ?? told?.news ?? null;
}
