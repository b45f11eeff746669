import { useEffect, useState } from 'react';
import type { CharacterId } from '../../lib/chat/characters.ts';
import { createDraftStore, type DraftStore } from './draft-store.ts';
import { dropDraftsOfOthers, keepDraft, readDraft } from './kept-drafts.ts';

interface DraftStart {
  readonly accountId: string;
  readonly characterId: CharacterId;
  readonly draft: string;
}

/**
 * What is typed outlives a reload, a look at another page and a session that has ended, in this tab
 * and for this account alone. A browser that stores nothing keeps it as long as the page.
 */
export function useKeptDraft({ accountId, characterId, draft: first }: DraftStart): DraftStore {
  const [draft] = useState(() => createDraftStore(first));

  useEffect(() => {
    const storage = storageOfTab();
    if (!storage) return;
    dropDraftsOfOthers({ storage, accountId });
    const kept = readDraft({ storage, accountId, characterId });
    // Text typed before the page came alive is newer than what was kept.
    if (kept) draft.set((typed) => typed || kept);
    return draft.subscribe(() => keepIfPossible({ storage, accountId, characterId }, draft.get()));
  }, [accountId, characterId, draft]);

  return draft;
}

/** Null where the browser blocks it, which it tells by throwing. */
function storageOfTab(): Storage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

/** A full storage keeps what it has; what is typed still stands on the page. */
function keepIfPossible(place: Parameters<typeof keepDraft>[0], draft: string): void {
  try {
    keepDraft(place, draft);
  } catch {
    // The page itself still has it.
  }
}
