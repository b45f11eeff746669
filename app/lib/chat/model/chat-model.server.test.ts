import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeChatModel, startFakeChatModel } from '../../../../tests/fakes/fake-chat-model.ts';
import { readFrame } from '../reply-frame.ts';
import { type ModelScript, writeModelReply } from './chat-model.server.ts';

let model: FakeChatModel;

beforeEach(async () => {
  model = await startFakeChatModel(({ say, end }) => {
    say('안녕');
    say('하세요!');
    end();
  });
});

afterEach(() => model.close());

function script(overrides: Partial<ModelScript> = {}): ModelScript {
  return {
    characterId: 'haru',
    history: [{ role: 'user', content: '안녕' }],
    language: 'ko',
    userName: '유리',
    signal: new AbortController().signal,
    maxRetries: 0,
    ...overrides,
  };
}

function reply(overrides: Partial<ModelScript> = {}, apiKey: string | null = 'key-1') {
  return writeModelReply(
    { provider: 'openai-compatible', name: 'small-model', apiKey, baseUrl: model.baseUrl },
    script(overrides),
  );
}

async function listen(pieces: AsyncIterable<string>): Promise<string[]> {
  const heard: string[] = [];
  for await (const piece of pieces) heard.push(piece);
  return heard;
}

test('pieces arrive as the model sends them; it receives its character and the history', async () => {
  const history = [
    { role: 'user', content: '안녕' },
    { role: 'assistant', content: '어서 오세요' },
    { role: 'user', content: '커피 한 잔' },
  ] as const;
  expect(await listen(reply({ history }))).toEqual(['안녕', '하세요!']);
  const [request] = model.requests;
  expect([request?.authorization, request?.model]).toEqual(['Bearer key-1', 'small-model']);
  expect(request?.messages[0]).toEqual({
    role: 'system',
    content: expect.stringContaining('하루'),
  });
  expect(request?.messages.slice(1)).toEqual(history);
});

test('a server without a key is sent none', async () => {
  await listen(reply({}, null));
  expect(model.requests[0]?.authorization).toBeUndefined();
});

test.each([
  [429, 'MODEL_BUSY'],
  [503, 'MODEL_BUSY'],
  [504, 'MODEL_TIMEOUT'],
  [401, 'MODEL_UNAVAILABLE'],
  [500, 'MODEL_UNAVAILABLE'],
])('an answer of %i is %s', async (status, code) => {
  model.behave(({ refuse }) => refuse(status));
  await expect(listen(reply())).rejects.toMatchObject({ name: 'ReplyError', code });
});

test('a busy model is retried once before the first word', async () => {
  let asked = 0;
  model.behave(({ say, end, refuse }) => {
    asked += 1;
    if (asked === 1) return refuse(429);
    say('이제 됐어요');
    end();
  });
  expect(await listen(reply({ maxRetries: 1 }))).toEqual(['이제 됐어요']);
});

test('a model that does not begin in time, or stops in the middle, is MODEL_TIMEOUT', async () => {
  const patienceMs = { firstPiece: 50, nextPiece: 50, whole: 60_000 };
  model.behave(() => {});
  await expect(listen(reply({ patienceMs }))).rejects.toMatchObject({
    code: 'MODEL_TIMEOUT',
  });
  model.behave(({ say }) => say('그러니까'));
  await expect(listen(reply({ patienceMs }))).rejects.toMatchObject({
    code: 'MODEL_TIMEOUT',
  });
});

test('a connection cut in the middle is an error after the partial text; an empty reply is an error too', async () => {
  model.behave(({ say, cut }) => {
    say('그러니까');
    setImmediate(cut);
  });
  const heard: string[] = [];
  const listening = (async () => {
    for await (const piece of reply()) heard.push(piece);
  })();
  await expect(listening).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  expect(heard).toEqual(['그러니까']);
  model.behave(({ end }) => end());
  await expect(listen(reply())).rejects.toMatchObject({ code: 'MODEL_SILENT' });
});

test('a model’s reasoning is not part of the reply, however its server sends it', async () => {
  model.behave(({ say, think, end }) => {
    think('그녀가 슬퍼 보인다');
    for (const piece of ['<th', 'ink>몰래 생', '각</thi', 'nk>\n\n', '괜찮', '아요?']) say(piece);
    end();
  });
  expect(await listen(reply())).toEqual(['괜찮', '아요?']);
  model.behave(({ say, end }) => {
    say('<think>never closed');
    end('length');
  });
  await expect(listen(reply())).rejects.toMatchObject({ code: 'MODEL_SILENT' });
  model.behave(({ say, end }) => {
    for (const piece of ['unmarked thinking', '</think>', '안녕']) say(piece);
    end();
  });
  expect(readFrame((await listen(reply())).join(''))).toEqual({ content: '안녕', care: null });
});

test.each([
  ['length', 'length'],
  ['content_filter', 'filter'],
] as const)('a reply that ended by %s is marked as cut', async (reason, cut) => {
  model.behave(({ say, end }) => {
    say('그러니까');
    end(reason);
  });
  const heard = (await listen(reply())).join('');
  expect(readFrame(heard)).toEqual({ content: '그러니까', care: null, cut });
});

test('a model cannot write control characters: ours, or what no database stores', async () => {
  model.behave(({ say, end }) => {
    say('안녕\u001eerror');
    say('\f\n하\0세\u001b[31m요\r\n\t');
    end();
  });
  expect(readFrame((await listen(reply())).join(''))).toEqual({
    content: '안녕error\n하세[31m요\n\t',
    care: null,
  });
});

test('stopping ends the reply where it is and closes the connection to the model', async () => {
  model.behave(({ say }) => say('옛날 옛적에'));
  const stopping = new AbortController();
  const heard: string[] = [];
  for await (const piece of reply({ signal: stopping.signal })) {
    heard.push(piece);
    stopping.abort();
  }
  expect(heard).toEqual(['옛날 옛적에']);
  await model.requests[0]?.left;
});

test('an unreachable server is MODEL_UNAVAILABLE', async () => {
  await model.close();
  await expect(listen(reply())).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
});

test('a Google model is called at its address with its key, and its reply is read', async () => {
  const asked: { url: string | undefined; key: unknown }[] = [];
  const google = createServer((request, response) => {
    asked.push({ url: request.url, key: request.headers['x-goog-api-key'] });
    const candidates = [{ content: { role: 'model', parts: [{ text: '반가워요' }] } }];
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.end(`data: ${JSON.stringify({ candidates })}\n\n`);
  });
  await new Promise<void>((resolve) => google.listen(0, '127.0.0.1', resolve));
  const { port } = google.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}/v1beta`;
  const config = { provider: 'google', name: 'gemini-x', apiKey: 'key-2', baseUrl } as const;
  try {
    expect(await listen(writeModelReply(config, script()))).toEqual(['반가워요']);
  } finally {
    await new Promise((resolve) => google.close(resolve));
  }
  expect(asked).toEqual([
    { url: '/v1beta/models/gemini-x:streamGenerateContent?alt=sse', key: 'key-2' },
  ]);
});
