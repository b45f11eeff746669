import { useCallback, useEffect, useRef, useState } from 'react';
import type { Chat } from '../state/use-chat.ts';

/** Farther than this from the newest message, the user is reading older ones. */
const READING_PX = 160;
/** The stylesheet's variant `low`, in which the page scrolls instead of the log. */
const LOW_WINDOW = '(max-height: 30rem)';

/** Whether the log is at its end, and how to get there. Only low windows need script to stay there. */
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
    // A user who has just sent a message wants to see it.
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
