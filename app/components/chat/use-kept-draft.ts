import { useEffect, useRef, useState } from 'react';
import type { CharacterId } from '../../lib/chat/characters.ts';
import { dropDraftsOfOthers, keepDraft, readDraft } from './kept-drafts.ts';

interface DraftStart {
  readonly accountId: string;
  readonly characterId: CharacterId;
  readonly draft: string;
}

/**
 * What is typed outlives a reload, a look at another page and a session that has ended, in this tab
 * and for this account alone.
 */
export function useKeptDraft({ accountId, characterId, draft: first }: DraftStart) {
  const [draft, setDraft] = useState(first);
  const isRestored = useRef(false);

  useEffect(() => {
    const storage = sessionStorage;
    dropDraftsOfOthers({ storage, accountId });
    const kept = readDraft({ storage, accountId, characterId });
    // Text typed before the page came alive is newer than what was kept.
    if (kept) setDraft((typed) => typed || kept);
  }, [accountId, characterId]);

  useEffect(() => {
    // The first run would overwrite what is about to be restored.
    if (isRestored.current) {
      keepDraft({ storage: sessionStorage, accountId, characterId }, draft);
    }
    isRestored.current = true;
  }, [accountId, characterId, draft]);

  return [draft, setDraft] as const;
}
