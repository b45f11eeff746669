import { useEffect, useState } from 'react';
import type { CharacterId } from '../../../lib/chat/characters.ts';
import { createDraftStore, type DraftStore } from './draft-store.ts';
import { dropDraftsOfOthers, keepDraft, readDraft } from './kept-drafts.ts';

interface DraftStart {
  readonly accountId: string;
  readonly characterId: CharacterId;
  readonly draft: string;
}

/**
 * Keeps the draft across reloads, other pages and an expired session, in this tab and for this
 * account only. If the browser blocks storage, the draft lasts as long as the page.
 */
export function useKeptDraft({ accountId, characterId, draft: first }: DraftStart): DraftStore {
  const [draft] = useState(() => createDraftStore(first));

  useEffect(() => {
    const storage = storageOfTab();
    if (!storage) return;
    dropDraftsOfOthers({ storage, accountId });
    const kept = readDraft({ storage, accountId, characterId });
    const keep = () => keepIfPossible({ storage, accountId, characterId }, draft.get());
    // Text typed before hydration is newer than the stored draft.
    if (kept && draft.get() === '') draft.set(kept);
    else keep();
    return draft.subscribe(keep);
  }, [accountId, characterId, draft]);

  return draft;
}

/** Null if the browser blocks storage, in which case access throws. */
function storageOfTab(): Storage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

/** If storage is full, the draft is still on the page. */
function keepIfPossible(place: Parameters<typeof keepDraft>[0], draft: string): void {
  try {
    keepDraft(place, draft);
  } catch {
    // The page still has it.
  }
}
