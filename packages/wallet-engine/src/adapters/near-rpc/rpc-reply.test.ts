import { describe, expect, it } from 'vitest';
import { cut, isRecord, NoAnswerError, parseJson, readReply } from './rpc-reply.ts';
import { RpcTransportError } from './rpc-transport.ts';

const read = (httpStatus: number, reply: unknown) =>
  readReply({ httpStatus, body: typeof reply === 'string' ? reply : JSON.stringify(reply) }, 'q');
const handlerError = { cause: { name: 'UNKNOWN_BLOCK', info: { height: 7 } }, code: -32000 };

describe('what answers a question', () => {
  it.each([
    [200, { id: 'q', result: { a: 1 } }, { result: { a: 1 } }],
    [200, { id: 'q', result: null }, { result: null }],
    [200, { id: 'q', result: 0 }, { result: 0 }],
    [200, { id: 'q', result: 1, error: null }, { result: 1 }],
  ])('HTTP %i %j is a result', (status, reply, answer) => {
    expect(read(status, reply)).toEqual(answer);
  });

  it.each([200, 400, 422])('an error of the shape of a node is one with HTTP %i', (status) => {
    const answer = { error: { cause: 'UNKNOWN_BLOCK', info: { height: 7 }, data: 'why' } };
    const error = { ...handlerError, data: 'why' };
    expect(read(status, { id: 'q', error })).toEqual(answer);
    // As older JSON-RPC writes it.
    expect(read(status, { id: 'q', error, result: null })).toEqual(answer);
  });

  it.each([undefined, null, 'text', [1]])('an error without facts, but %j, is one', (info) => {
    const error = { cause: { name: 'TIMEOUT_ERROR', info } };
    expect(read(200, { id: 'q', error })).toEqual({ error: { cause: 'TIMEOUT_ERROR', info: {} } });
  });
});

describe('a reply that is not an answer', () => {
  it.each([
    ['rate-limited', 429, { id: 'q', result: 1 }],
    ['http-error', 500, { id: 'q', result: 1 }],
    ['http-error', 201, { id: 'q', result: 1 }],
    ['malformed', 200, '<html>'],
    ['malformed', 200, ''],
    ['malformed', 200, 'null'],
    ['malformed', 200, '[]'],
    ['malformed', 200, '"text"'],
    ['malformed', 200, { id: 'q' }],
    ['malformed', 200, { id: 'q', error: 'text' }],
    ['malformed', 400, { id: 'q', result: 1 }],
    ['malformed', 422, { id: 'q', result: 1 }],
    ['malformed', 422, 'Unprocessable'],
    ['http-error', 408, { id: 'q', error: { cause: { name: 'TIMEOUT_ERROR' } } }],
    ['malformed', 200, { id: 'q', result: 1, error: handlerError }],
    ['malformed', 200, { id: 'q', result: 1, error: 'upstream timed out' }],
    ['malformed', 200, { id: 'q', result: 1, error: true }],
    ['malformed', 200, { id: 'q', result: 1, error: [] }],
    ['mismatched', 200, { id: 'other', result: 1 }],
    ['mismatched', 200, { result: 1 }],
    ['mismatched', 200, { id: null, error: handlerError }],
    ['own-error', 200, { id: 'q', error: { code: -32000 } }],
    ['own-error', 200, { id: 'q', error: { cause: 'text' } }],
    ['own-error', 200, { id: 'q', error: { cause: null } }],
    ['own-error', 200, { id: 'q', error: { cause: { name: 7 } } }],
  ])('%s: HTTP %i %j', (kind, status, reply) => {
    expect(() => read(status, reply)).toThrow(expect.objectContaining({ kind }));
  });

  // Some providers refuse before they read the request: without its id.
  it.each([429, -429, -32005, -32007, -32029])('code %i of a provider, with any id', (code) => {
    for (const id of ['q', null]) {
      const limited = { id, error: { ...handlerError, code } };
      expect(() => read(200, limited)).toThrow(expect.objectContaining({ kind: 'rate-limited' }));
    }
  });
});

describe('why there was no answer', () => {
  it('is the known reason, that of the transport, or unreachable', () => {
    const known = new NoAnswerError('stale', 'lacks the block');
    expect(NoAnswerError.from(known)).toBe(known);
    const late = new RpcTransportError('timeout', 'late');
    expect(NoAnswerError.from(late)).toMatchObject({ kind: 'timeout', cause: late });
    const other = new Error('gone');
    expect(NoAnswerError.from(other)).toMatchObject({ kind: 'unreachable', cause: other });
  });
});

it('what a node wrote is cut after 200 characters', () => {
  expect(cut('x'.repeat(200))).toBe('x'.repeat(200));
  expect(cut('x'.repeat(201))).toBe(`${'x'.repeat(200)}…`);
  expect(cut({ a: 1 })).toBe('{"a":1}');
  expect(cut(undefined)).toBe('nothing');
});

it('a record is not a list, null or text', () => {
  expect([{}, [], null, 'text', undefined].map(isRecord)).toEqual([true, ...Array(4).fill(false)]);
});

it('text that is not JSON is undefined', () => {
  expect(parseJson('{')).toBeUndefined();
  expect(parseJson('[1]')).toEqual([1]);
});
