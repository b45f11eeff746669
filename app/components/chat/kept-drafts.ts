import type { CharacterId } from '../../lib/chat/characters.ts';

const PREFIX = 'draft:';

interface DraftPlace {
  readonly storage: Storage;
  readonly accountId: string;
  readonly characterId: CharacterId;
}

/** What was typed and not sent; null when there is nothing. */
export function readDraft(place: DraftPlace): string | null {
  return place.storage.getItem(keyOf(place));
}

export function keepDraft(place: DraftPlace, draft: string): void {
  if (draft === '') place.storage.removeItem(keyOf(place));
  else place.storage.setItem(keyOf(place), draft);
}

/** A tab may change hands: what others have left in it goes. */
export function dropDraftsOfOthers({ storage, accountId }: Omit<DraftPlace, 'characterId'>): void {
  const own = `${PREFIX}${accountId}:`;
  for (const key of Object.keys(storage)) {
    if (key.startsWith(PREFIX) && !key.startsWith(own)) storage.removeItem(key);
  }
}

function keyOf({ accountId, characterId }: DraftPlace): string {
  return `${PREFIX}${accountId}:${characterId}`;
}
