import { useEffect, useRef, useState } from 'react';
import type { CharacterId } from '../../lib/chat/characters.ts';

/** What is typed outlives a reload and a look at another page, in this tab. */
export function useKeptDraft(characterId: CharacterId, first: string) {
  const key = `draft:${characterId}`;
  const [draft, setDraft] = useState(first);
  const isRestored = useRef(false);

  useEffect(() => {
    const kept = sessionStorage.getItem(key);
    // Text typed before the page came alive is newer than what was kept.
    if (kept) setDraft((typed) => typed || kept);
  }, [key]);

  useEffect(() => {
    // The first run would overwrite what is about to be restored.
    if (isRestored.current) sessionStorage.setItem(key, draft);
    isRestored.current = true;
  }, [key, draft]);

  return [draft, setDraft] as const;
}
