import { useEffect, useState } from 'react';
import { useLocation, useNavigation } from 'react-router';

/** Most pages load sooner; a skeleton for an instant would only flicker. */
const PATIENCE_MS = 180;

/** The path of a page that has been loading long enough to show a skeleton, else null. */
export function usePendingPage(): string | null {
  const { pathname } = useLocation();
  const navigation = useNavigation();
  const target = navigation.state === 'loading' ? navigation.location.pathname : pathname;
  const isLeaving = target !== pathname;
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (!isLeaving) return;
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [isLeaving]);
  return isLate && isLeaving ? target : null;
}
