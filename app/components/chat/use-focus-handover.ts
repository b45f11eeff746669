import { type RefObject, useLayoutEffect } from 'react';

/** Calls `next` when the focused element disappears; otherwise the focus would return to the top. */
export function useFocusHandover(part: RefObject<HTMLElement | null>, next: () => void) {
  useLayoutEffect(() => {
    const element = part.current;
    return () => {
      if (element?.contains(document.activeElement)) next();
    };
  }, [part, next]);
}
