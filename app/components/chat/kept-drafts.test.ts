import { expect, test } from 'vitest';
import { dropDraftsOfOthers, keepDraft, readDraft } from './kept-drafts.ts';

/** The browser's own lists its keys as its properties; this does too. */
function newStorage(): Storage {
  const storage = {};
  const methods = {
    getItem: (key: string) => Reflect.get(storage, key) ?? null,
    setItem: (key: string, value: string) => Reflect.set(storage, key, value),
    removeItem: (key: string) => Reflect.deleteProperty(storage, key),
  };
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(storage, name, { value });
  }
  return storage as Storage;
}

test('a draft is its account’s and its character’s', () => {
  const storage = newStorage();
  const place = { storage, accountId: 'yuri', characterId: 'mir' } as const;
  keepDraft(place, '비밀');
  expect(readDraft(place)).toBe('비밀');
  expect(readDraft({ ...place, characterId: 'haru' })).toBeNull();
  expect(readDraft({ ...place, accountId: 'other' })).toBeNull();
  keepDraft(place, '');
  expect(Object.keys(storage)).toEqual([]);
});

test('what others have left in the tab goes, and nothing else', () => {
  const storage = newStorage();
  const place = { storage, accountId: 'yuri', characterId: 'mir' } as const;
  storage.setItem('draft:mir', 'of before');
  storage.setItem('scroll', 'kept');
  keepDraft({ ...place, accountId: 'yuri2' }, 'another’s');
  keepDraft(place, 'own');
  dropDraftsOfOthers(place);
  expect(Object.keys(storage)).toEqual(['scroll', 'draft:yuri:mir']);
});
