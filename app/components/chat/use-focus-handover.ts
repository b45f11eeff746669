import { type RefObject, useLayoutEffect } from 'react';

/** When what has the focus goes away, `next` takes it; else it would fall to the page's beginning. */
export function useFocusHandover(part: RefObject<HTMLElement | null>, next: () => void) {
  useLayoutEffect(() => {
    const element = part.current;
    return () => {
      if (element?.contains(document.activeElement)) next();
    };
  }, [part, next]);
}
