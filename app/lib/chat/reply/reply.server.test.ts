import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { user } from '#drizzle/schema.ts';
import { type FakeChatModel, startFakeChatModel } from '../../../../tests/fakes/fake-chat-model.ts';
import { closeDatabase, db, migrateDatabase } from '../../db.server.ts';
import { configureEnvironment } from '../../settings/env.server.ts';
import { findConversation, listMessages } from '../conversation.server.ts';
import { readFrame } from '../reply-frame.ts';
import { stopReply, streamReply } from './reply.server.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-reply-'));
let model: FakeChatModel;

beforeAll(async () => {
  model = await startFakeChatModel(({ end }) => end());
  configureEnvironment({
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    CHAT_MODEL: 'openai-compatible:small-model',
    CHAT_BASE_URL: model.baseUrl,
  });
  await migrateDatabase();
  const at = new Date();
  const ann = { id: 'ann', name: 'Ann', email: 'ann@example.com', createdAt: at, updatedAt: at };
  await db().insert(user).values(ann);
});
afterAll(async () => {
  await model.close();
  closeDatabase();
  rmSync(dataDir, { recursive: true, force: true });
});

const key = { userId: 'ann', characterId: 'haru' } as const;

async function ask(messageId: string): Promise<string> {
  const request = { ...key, text: '왜?', messageId, isAgain: false, language: 'ko' } as const;
  return new Response(await streamReply(request)).text();
}

async function storedReplies() {
  const conversationId = (await findConversation(key)) ?? '';
  const { messages } = await listMessages({ conversationId, limit: 40 });
  return messages.filter(({ role }) => role === 'assistant');
}

test('an error right after the first words keeps them, marked as incomplete', async () => {
  model.behave(({ say, cut }) => {
    say('그러니까');
    // As soon as the words are out, not before.
    setImmediate(cut);
  });
  const told = readFrame(await ask('message-1'));
  expect(told).toMatchObject({ content: '그러니까', cut: 'fault' });
  expect(await storedReplies()).toMatchObject([{ content: '그러니까', cut: 'fault' }]);
  // Another request without a new reply returns the mark, too.
  expect(readFrame(await ask('message-1'))).toEqual(told);
});

test('a reply cut by the model is stored as cut; a whole one is not', async () => {
  model.behave(({ say, end }) => {
    say('길고 긴 이야기');
    end('length');
  });
  await ask('message-2');
  model.behave(({ say, end }) => {
    say('<think>몰래</think>다 했어요.');
    end();
  });
  expect(await ask('message-3')).toBe('다 했어요.');
  expect((await storedReplies()).slice(-2)).toMatchObject([
    { content: '길고 긴 이야기', cut: 'length' },
    { content: '다 했어요.', cut: null },
  ]);
});

test('a message sent twice at once gets one reply, read by both', async () => {
  model.behave(({ say, end }) => {
    say('한 번만 말할게요.');
    end();
  });
  const before = model.requests.length;
  const [one, two] = await Promise.all([ask('message-twice'), ask('message-twice')]);
  expect(readFrame(one)).toMatchObject({ content: '한 번만 말할게요.' });
  expect(two).toBe(one);
  expect(model.requests.length).toBe(before + 1);
});

test('a reply can be stopped right after it was requested', async () => {
  model.behave(({ say }) => say('그래서'));
  const reply = ask('message-stopped');
  await new Promise(setImmediate);
  expect(await stopReply({ ...key, messageId: 'message-stopped' })).toBe(true);
  await reply.catch(() => undefined);
  expect(await stopReply({ ...key, messageId: 'message-stopped' })).toBe(false);
});
