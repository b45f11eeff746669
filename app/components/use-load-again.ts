import { startTransition, useCallback, useEffect, useRef, useState } from 'react';
import { useRevalidator } from 'react-router';

/**
 * Loads the page's data again, once what the router already knows has been drawn: loading forgets
 * what an action answered, and on a busy phone a refusal would be gone before anybody has read it.
 * @returns a function that stays the same
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
  // As the router's own changes are, so that it is drawn together with those that wait.
  return useCallback(() => startTransition(() => setAsked((count) => count + 1)), []);
}
