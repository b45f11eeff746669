import { useCallback, useEffect, useRef, useState } from 'react';
import type { Chat } from './use-chat.ts';

/** Further than this from the newest message, somebody is reading. */
const READING_PX = 160;
/** The variant `low` of the stylesheet: there the page scrolls, not the log. */
const LOW_WINDOW = '(max-height: 30rem)';

/** Where the log is read, and the way to its end. Only in a low window is the end kept by script. */
export function useLogEnd({ messages, sentId }: Pick<Chat, 'messages' | 'sentId'>) {
  const box = useRef<HTMLElement>(null);
  const [isReading, setReading] = useState(false);

  const showEnd = useCallback((behavior: ScrollBehavior = 'instant') => {
    box.current?.scrollTo({ top: 0, behavior });
    if (isLow()) window.scrollTo({ top: document.documentElement.scrollHeight, behavior });
  }, []);

  const isEmpty = messages.length === 0;
  useEffect(() => {
    if (!isEmpty) showEnd();
    const onChange = () => {
      if (!isEmpty && box.current && !isReadingIn(box.current)) showEnd();
    };
    const low = window.matchMedia(LOW_WINDOW);
    low.addEventListener('change', onChange);
    return () => low.removeEventListener('change', onChange);
  }, [isEmpty, showEnd]);

  useEffect(() => {
    // Whoever has just sent something wants to see it.
    if (sentId) showEnd();
  }, [sentId, showEnd]);

  useEffect(() => {
    if (messages.at(-1)?.isWriting && isLow() && pageRest() < READING_PX) showEnd();
  }, [messages, showEnd]);

  const onScroll = () => setReading(box.current !== null && isReadingIn(box.current));
  return { box, isReading, showEnd, onScroll };
}

function isReadingIn(box: HTMLElement): boolean {
  return -box.scrollTop > READING_PX;
}

function isLow(): boolean {
  return window.matchMedia(LOW_WINDOW).matches;
}

function pageRest(): number {
  return document.documentElement.scrollHeight - window.innerHeight - window.scrollY;
}
