import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { user } from '#drizzle/schema.ts';
import { eraseUser } from '../../auth/deleted-users.server.ts';
import { closeDatabase, db, migrateDatabase } from '../../db.server.ts';
import { LimitReachedError } from '../../limits/limit-reached.server.ts';
import { configureEnvironment } from '../../settings/env.server.ts';
import {
  ensureConversation,
  findConversation,
  listLastMessages,
  listMessages,
  listMessagesAround,
  saveMessage,
} from '../conversation.server.ts';
import { keepTalk, takeTalk } from '../guest-talk.server.ts';
import { excerptOf, searchMessages } from '../search-messages.server.ts';
import { removeConversation, removeMessage } from './remove-messages.server.ts';
import { streamReply } from './reply.server.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-kept-'));
beforeAll(async () => {
  configureEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
  await migrateDatabase();
});
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true, force: true });
});

let users = 0;
async function newUser(): Promise<string> {
  users += 1;
  const id = `user-${users}`;
  const now = new Date();
  const email = `${id}@example.com`;
  await db().insert(user).values({ id, name: '유리', email, createdAt: now, updatedAt: now });
  return id;
}

async function talk(userId: string, ...said: string[]): Promise<string> {
  const conversationId = await ensureConversation({ userId, characterId: 'mir' });
  for (const [index, content] of said.entries()) {
    const role = index % 2 === 0 ? 'user' : 'assistant';
    const id = role === 'user' ? `said-${number(index)}` : `said-${number(index - 1)}:reply`;
    await saveMessage(conversationId, { id, role, content, care: null });
  }
  return conversationId;
}

/** Of equal width: messages of the same moment are ordered by their ids. */
const number = (index: number) => String(index).padStart(2, '0');

const idsOf = async (conversationId: string) =>
  (await listMessages({ conversationId, limit: 50 })).messages.map(({ id }) => id);

test('a message is deleted with its reply, a reply alone, and nobody else’s', async () => {
  const userId = await newUser();
  const other = await newUser();
  const place = { userId, characterId: 'mir' } as const;
  const conversationId = await talk(userId, 'a', 'b', 'c', 'd');
  const kept = await talk(other, 'a', 'b');
  expect(await removeMessage({ ...place, messageId: 'said-02:reply' })).toBe(true);
  expect(await idsOf(conversationId)).toEqual(['said-00', 'said-00:reply', 'said-02']);
  expect(await removeMessage({ ...place, messageId: 'said-00' })).toBe(true);
  expect(await idsOf(conversationId)).toEqual(['said-02']);
  expect(await removeMessage({ ...place, messageId: 'said-00' })).toBe(false);
  expect(await removeMessage({ ...place, characterId: 'haru', messageId: 'said-02' })).toBe(false);
  expect(await idsOf(kept)).toEqual(['said-00', 'said-00:reply']);
});

test('a message deleted while it is answered leaves nothing behind', async () => {
  const userId = await newUser();
  const place = { userId, characterId: 'mir' } as const;
  const request = { ...place, isAgain: false, language: 'ko', messageId: 'in-writing' } as const;
  const reply = await streamReply({ ...request, text: '모험 이야기를 들려줘!' });
  expect(await removeMessage({ ...place, messageId: 'in-writing' })).toBe(true);
  await new Response(reply).text();
  const conversationId = await findConversation(place);
  expect(await idsOf(String(conversationId))).toEqual([]);

  const second = await streamReply({ ...request, text: '용은 무엇을 먹고 살아?' });
  await removeConversation(place);
  await new Response(second).text();
  expect(await findConversation(place)).toBeNull();
  await removeConversation(place);
});

test('a user deleted while a message is being processed keeps no conversation', async () => {
  const userId = await newUser();
  await eraseUser({ userId, email: `${userId}@example.com` });
  const late = ensureConversation({ userId, characterId: 'haru' });
  await expect(late).rejects.toMatchObject({ status: 401 });
  expect(await findConversation({ userId, characterId: 'haru' })).toBeNull();
});

test('a search finds words in the user’s own messages only, whatever characters they contain', async () => {
  const userId = await newUser();
  const other = await newUser();
  await talk(userId, '떡볶이 먹었어', '100% 맛있지!', 'It was GREAT_fun', '정말?');
  await talk(other, '떡볶이는 비밀');
  const traveller = await newUser();
  await talk(traveller, '나의 CAFÉ Ünal', 'the café of Ünal');
  const found = async (words: string) =>
    (await searchMessages(userId, words)).found.map(({ id }) => id);
  expect(await found('떡볶이')).toEqual(['said-00']);
  expect(await found(' great_FUN ')).toEqual(['said-02']);
  expect(await found('0%')).toEqual(['said-00:reply']);
  for (const words of ['café', 'CAFÉ', 'Café', 'ünal', 'ÜNAL', 'Ünal']) {
    const both = (await searchMessages(traveller, words)).found.map(({ id }) => id);
    expect(both.sort(), words).toEqual(['said-00', 'said-00:reply']);
  }
  expect(await found('%')).toEqual(['said-00:reply']);
  expect(await found('GREAT fun')).toEqual([]);
  expect(await found('\\')).toEqual([]);
  expect(await found("' OR 1=1 --")).toEqual([]);
  expect(await found('   ')).toEqual([]);
});

test('old messages are found in an older part, each message in one part', async () => {
  const userId = await newUser();
  const conversationId = await talk(userId, '오래된 비밀');
  // All at the same time: their ids give the order.
  await db().run(sql`INSERT INTO "Message" ("id", "conversationId", "role", "content", "createdAt")
    WITH RECURSIVE "n"("i") AS (SELECT 10000 UNION ALL SELECT "i" + 1 FROM "n" WHERE "i" < 16049)
    SELECT ${conversationId} || '/later-' || "i", ${conversationId}, 'user', '말 ' || "i", 4102444800000 FROM "n"`);
  const found = async (words: string, part: number) => {
    const answer = await searchMessages(userId, words, part);
    return [answer.found.map(({ id }) => id), answer.hasOlder];
  };
  expect(await found('비밀', 0)).toEqual([[], true]);
  expect(await found('비밀', 1)).toEqual([[], true]);
  expect(await found('비밀', 2)).toEqual([['said-00'], false]);
  for (const [words, part] of [
    ['말 13050', 0],
    ['말 13049', 1],
    ['말 10049', 2],
  ] as const) {
    const parts = await Promise.all([0, 1, 2].map((each) => found(words, each)));
    const own = parts.findIndex(([ids]) => (ids as string[]).length === 1);
    expect([words, own]).toEqual([words, part]);
  }
});

test('an excerpt shows the match with its surroundings', () => {
  expect(excerptOf('봄이 왔다', '왔')).toEqual(['봄이 ', '왔', '다']);
  expect(excerptOf('Ein CAFÉ am Eck', 'café')).toEqual(['Ein ', 'CAFÉ', ' am Eck']);
  const long = `${'가나다 '.repeat(30)}찾는 말${' 라마바'.repeat(80)}`;
  const [before, words, after] = excerptOf(long, '찾는 말');
  expect([before.startsWith('…'), words, after.endsWith('…')]).toEqual([true, '찾는 말', true]);
  expect(before.length + after.length).toBeLessThan(170);
});

test('a page around a message has the messages before and after it', async () => {
  const userId = await newUser();
  const conversationId = await talk(
    userId,
    ...Array.from({ length: 20 }, (_, index) => `${index}`),
  );
  const around = await listMessagesAround({ conversationId, id: 'said-10', limit: 6 });
  expect(around?.messages.map(({ content }) => content)).toEqual([
    '8',
    '9',
    '10',
    '11',
    '12',
    '13',
  ]);
  expect([around?.hasEarlier, around?.isNewest]).toEqual([true, false]);
  const last = await listMessagesAround({ conversationId, id: 'said-18:reply', limit: 6 });
  expect([last?.messages.at(-1)?.content, last?.isNewest]).toEqual(['19', true]);
  expect(await listMessagesAround({ conversationId, id: 'nowhere', limit: 6 })).toBeNull();
});

test('a guest’s words become the first messages, once, and never of an existing conversation', async () => {
  const userId = await newUser();
  const cookie = (await keepTalk([0, 2])).split(';')[0] ?? '';
  const request = new Request('http://localhost/', { headers: { Cookie: cookie } });
  const take = () => takeTalk(request, { userId, language: 'ko' });
  const [first] = await Promise.all([take(), take()]);
  expect(first?.['Set-Cookie']).toMatch(/^talk=;.*Max-Age=0/);
  await take();
  const conversationId = await ensureConversation({ userId, characterId: 'choonsim' });
  const { messages } = await listMessages({ conversationId, limit: 50 });
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  expect(messages[0]?.content).toBe('조금 지쳤어.');
  expect((await listLastMessages(userId)).choonsim?.isFromGuest).toBe(true);
  expect(await takeTalk(new Request('http://localhost/'), { userId, language: 'ko' })).toBeNull();
});

test('too many searches are rejected with the time to wait', async () => {
  for (let time = 0; time < 30; time += 1) await searchMessages('searcher', 'spring');
  await expect(searchMessages('searcher', 'spring')).rejects.toThrow(LimitReachedError);
  await expect(searchMessages('somebody else', 'spring')).resolves.toEqual({
    ...{ found: [], hasOlder: false },
  });
});
