import type { CharacterId } from '../../../lib/chat/characters.ts';

const PREFIX = 'draft:';

interface DraftPlace {
  readonly storage: Storage;
  readonly accountId: string;
  readonly characterId: CharacterId;
}

/** The stored draft, or null if there is none. */
export function readDraft(place: DraftPlace): string | null {
  return place.storage.getItem(keyOf(place));
}

export function keepDraft(place: DraftPlace, draft: string): void {
  if (draft === '') place.storage.removeItem(keyOf(place));
  else place.storage.setItem(keyOf(place), draft);
}

/** Removes other accounts' drafts: the tab may have had another user. */
export function dropDraftsOfOthers({ storage, accountId }: Omit<DraftPlace, 'characterId'>): void {
  const own = `${PREFIX}${accountId}:`;
  for (const key of Object.keys(storage)) {
    if (key.startsWith(PREFIX) && !key.startsWith(own)) storage.removeItem(key);
  }
}

function keyOf({ accountId, characterId }: DraftPlace): string {
  return `${PREFIX}${accountId}:${characterId}`;
}
