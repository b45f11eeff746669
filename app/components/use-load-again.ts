import { startTransition, useCallback, useEffect, useRef, useState } from 'react';
import { useRevalidator } from 'react-router';

/**
 * Reloads the page's data after pending renders. Revalidation drops an action's result, so on a slow
 * phone an error would be gone before it was ever shown.
 * @returns a stable function
 */
export function useLoadAgain(): () => void {
  const { revalidate } = useRevalidator();
  const [asked, setAsked] = useState(0);
  const answered = useRef(asked);
  useEffect(() => {
    if (answered.current === asked) return;
    answered.current = asked;
    void revalidate();
  }, [asked, revalidate]);
  // A transition, as the router's updates are, so that it renders after the ones already pending.
  return useCallback(() => startTransition(() => setAsked((count) => count + 1)), []);
}
