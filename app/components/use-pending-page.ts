import { useEffect, useState } from 'react';
import { useLocation, useNavigation } from 'react-router';

/** Most pages are there sooner; a skeleton for a blink would only flicker. */
const PATIENCE_MS = 180;

/** The path of another page that has been on its way for long enough to say so, else null. */
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
