import { expect, test } from 'vitest';
import { dropDraftsOfOthers, keepDraft, readDraft } from './kept-drafts.ts';

/** A Storage that lists its keys as properties, as the browser's does. */
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

test('drafts are separate for each account and character', () => {
  const storage = newStorage();
  const place = { storage, accountId: 'yuri', characterId: 'mir' } as const;
  keepDraft(place, '비밀');
  expect(readDraft(place)).toBe('비밀');
  expect(readDraft({ ...place, characterId: 'haru' })).toBeNull();
  expect(readDraft({ ...place, accountId: 'other' })).toBeNull();
  keepDraft(place, '');
  expect(Object.keys(storage)).toEqual([]);
});

test('removes only other accounts’ drafts from the tab', () => {
  const storage = newStorage();
  const place = { storage, accountId: 'yuri', characterId: 'mir' } as const;
  storage.setItem('draft:mir', 'of before');
  storage.setItem('scroll', 'kept');
  keepDraft({ ...place, accountId: 'yuri2' }, 'another’s');
  keepDraft(place, 'own');
  dropDraftsOfOthers(place);
  expect(Object.keys(storage)).toEqual(['scroll', 'draft:yuri:mir']);
});
