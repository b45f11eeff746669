import { expect, test } from 'vitest';
import {
  findRunningReply,
  REPLY_MAX_LENGTH,
  RunningReply,
  runReply,
} from './running-reply.server.ts';

/** A reply fed by hand, piece by piece. */
function dictation() {
  const { readable, writable } = new TransformStream<string>();
  const writer = writable.getWriter();
  const stored: string[] = [];
  return {
    say: (piece: string) => writer.write(piece),
    end: () => writer.close(),
    fail: (error: Error) => writer.abort(error),
    stored,
    work: {
      async *write(signal: AbortSignal) {
        const stopped = new Promise<null>((resolve) => {
          signal.addEventListener('abort', () => resolve(null));
        });
        const reader = readable.getReader();
        for (;;) {
          const next = await Promise.race([reader.read(), stopped]);
          if (!next || next.done) return;
          yield next.value;
        }
      },
      async store(content: string) {
        stored.push(content);
      },
    },
  };
}

const read = (reply: RunningReply) => new Response(reply.read()).text();

test('a late reader reads it from the beginning; it is stored once', async () => {
  const { say, end, stored, work } = dictation();
  const reply = new RunningReply(work);
  const early = read(reply);
  await say('봄이 ');
  await reply.begun;
  const late = read(reply);
  await say('왔어요');
  await end();
  expect([await early, await late]).toEqual(['봄이 왔어요', '봄이 왔어요']);
  await reply.ended;
  expect(stored).toEqual(['봄이 왔어요']);
  expect(await read(reply)).toBe('봄이 왔어요');
});

test('it is written and stored to its end although the reader has left', async () => {
  const { say, end, stored, work } = dictation();
  const reply = new RunningReply(work);
  await reply.read().cancel();
  await say('끝까지');
  await end();
  await reply.ended;
  expect(stored).toEqual(['끝까지']);
});

test('an endless model is stopped, even if it ignores the signal', async () => {
  const stored: string[] = [];
  const reply = new RunningReply({
    async *write() {
      for (;;) yield '봄'.repeat(999);
    },
    async store(content) {
      stored.push(content);
    },
  });
  expect((await read(reply)).length).toBe(REPLY_MAX_LENGTH);
  await reply.ended;
  expect(stored).toEqual(['봄'.repeat(REPLY_MAX_LENGTH)]);
});

test('when stopped, it is stored as far as it came and its readers see an end', async () => {
  const { say, stored, work } = dictation();
  const reply = new RunningReply(work);
  const heard = read(reply);
  await say('여기까지');
  await reply.begun;
  reply.stop();
  expect(await heard).toBe('여기까지');
  await reply.ended;
  expect(stored).toEqual(['여기까지']);
});

test('when stopped before the first word, nothing is stored', async () => {
  const { stored, work } = dictation();
  const reply = new RunningReply(work);
  reply.stop();
  await reply.begun;
  expect(await read(reply)).toBe('');
  expect(stored).toEqual([]);
});

test('when broken off, it is not stored and its readers get an error', async () => {
  const { say, fail, stored, work } = dictation();
  const reply = new RunningReply(work);
  const heard = read(reply);
  await say('그런데');
  await reply.begun;
  await fail(new Error('gone'));
  await expect(heard).rejects.toThrow('gone');
  await reply.ended;
  expect(stored).toEqual([]);
});

test('when broken off before the first word, `begun` rejects with the reason', async () => {
  const { fail, work } = dictation();
  const reply = new RunningReply(work);
  await fail(new Error('never came'));
  await expect(reply.begun).rejects.toThrow('never came');
});

test('requested twice it is written once, and removed at its end', async () => {
  const { end, work } = dictation();
  const reply = runReply('c:1:reply', work);
  expect(runReply('c:1:reply', work)).toBe(reply);
  expect(findRunningReply('c:1:reply')).toBe(reply);
  await end();
  await reply.ended;
  expect(findRunningReply('c:1:reply')).toBeNull();
});
