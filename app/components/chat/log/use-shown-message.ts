import { useEffect } from 'react';
import { anchorOf } from '../message/MessageBubble.tsx';

/** Scrolls a search result's message into view and highlights it. */
export function useShownMessage(id: string | null): void {
  useEffect(() => {
    const bubble = id === null ? null : document.getElementById(anchorOf(id));
    if (!bubble) return;
    bubble.dataset.found = '';
    bubble.scrollIntoView({ block: 'center' });
  }, [id]);
}
