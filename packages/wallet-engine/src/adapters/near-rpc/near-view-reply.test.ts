import { describe, expect, it } from 'vitest';
import { fakeHash } from '../../testing/suites/fake-nodes.ts';
import { readBlock, readStatus } from './near-reply.ts';
import {
  readAccessKey,
  readAccount,
  readCall,
  readDecimals,
  readKeyPage,
  readLeastDeposit,
  readRegistration,
  readTokenBalance,
} from './near-view-reply.ts';
import { NoAnswerError, type RpcAnswer } from './rpc-reply.ts';

const accountId = 'ann.near';
const publicKey = 'ed25519:8xyz';
const atHeight = 100;
const block = { block_height: atHeight, block_hash: fakeHash('B') };

const error = (cause: string, info: Record<string, unknown> = {}, data: unknown = null) => ({
  error: { cause, info, data },
});
const bytesOf = (value: unknown) => [...Buffer.from(JSON.stringify(value))];

function kindOf(work: () => unknown): string {
  try {
    work();
    return 'believed';
  } catch (thrown) {
    if (thrown instanceof NoAnswerError) return thrown.kind;
    throw thrown;
  }
}

describe('a view of an account', () => {
  const read = readAccount({ accountId, atHeight });
  const seven = { amount: '7', locked: '0', storage_usage: 182 };

  it('is the state at the requested block', () => {
    expect(read({ result: { ...seven, ...block } })).toMatchObject({
      amountYocto: 7n,
      height: 100,
    });
    const later = { ...seven, ...block, block_height: 101 };
    expect(kindOf(() => read({ result: later }))).toBe('mismatched');
  });

  it.each([
    ['small enough to be free', '50', '0', 770, '50'],
    ['with storage', 10n ** 22n, '0', 771, 10n ** 22n - 771n * 10n ** 19n],
    ['that its stake covers', 10n ** 22n, 10n ** 25n, 771, 10n ** 22n],
    ['below what its storage locks', 10n ** 22n, '0', 1_001, '0'],
  ])('spends what its storage does not lock: %s', (_, amount, locked, storage_usage, spendable) => {
    const result = { amount: `${amount}`, locked: `${locked}`, storage_usage, ...block };
    expect(read({ result })).toMatchObject({
      amountYocto: BigInt(amount),
      spendableYocto: BigInt(spendable),
    });
  });

  it.each([
    [{ storage_usage: -1 }],
    [{ storage_usage: '838' }],
    [{ storage_usage: null }],
    [{ storage_usage: undefined }],
    [{ locked: 5 }],
    [{ locked: undefined }],
  ])('has storage and stake of its shape: %j is neither', (fields) => {
    expect(kindOf(() => read({ result: { ...seven, ...fields, ...block } }))).toBe('malformed');
  });

  it('is absent only if the error names this account and this block', () => {
    const info = { requested_account_id: accountId, ...block };
    expect(read(error('UNKNOWN_ACCOUNT', info))).toBeNull();
    expect(read(error('UNKNOWN_ACCOUNT'))).toBeNull();
    const other = { ...info, requested_account_id: 'bob.near' };
    expect(kindOf(() => read(error('UNKNOWN_ACCOUNT', other)))).toBe('mismatched');
    const later = { ...info, block_height: 99 };
    expect(kindOf(() => read(error('UNKNOWN_ACCOUNT', later)))).toBe('mismatched');
    expect(kindOf(() => read(error('NO_CONTRACT_CODE')))).toBe('own-error');
  });

  it.each([['1e3'], ['-1'], [''], ['0x1'], [7], [null], ['9'.repeat(40)], [{ toString: 1 }]])(
    'has an amount of digits: %j is none',
    (amount) => {
      expect(kindOf(() => read({ result: { amount, ...block } }))).toBe('malformed');
    },
  );
});

describe('a view of a key', () => {
  const read = readAccessKey({ accountId, publicKey, atHeight });
  const key = { nonce: 5, permission: 'FullAccess', ...block };

  it('shows nonce and permission', () => {
    expect(read({ result: key })).toEqual({ publicKey, nonce: 5, fullAccess: true, height: 100 });
    const limited = { ...key, permission: { FunctionCall: {} } };
    expect(read({ result: limited })).toMatchObject({ fullAccess: false });
  });

  it.each([[-1], [1.5], ['5'], [2 ** 53], [null], [Number.NaN]])('has no nonce %j', (nonce) => {
    expect(kindOf(() => read({ result: { ...key, nonce } }))).toBe('malformed');
  });

  it('is absent only by nearcore’s message about this key', () => {
    const say = (text: unknown) => ({ result: { error: text, logs: [], ...block } });
    expect(read(say(`access key ${publicKey} does not exist while viewing`))).toBeNull();
    expect(read(error('UNKNOWN_ACCESS_KEY', { public_key: publicKey, ...block }))).toBeNull();
    const other = 'access key ed25519:other does not exist while viewing';
    expect(kindOf(() => read(say(other)))).toBe('mismatched');
    expect(kindOf(() => read(say('storage error')))).toBe('own-error');
    expect(kindOf(() => read(error('UNKNOWN_ACCESS_KEY', { public_key: 'ed25519:o' })))).toBe(
      'mismatched',
    );
  });
});

describe('a page of keys', () => {
  const known = new Set(['ed25519:earlier']);
  const read = readKeyPage(
    { accountId },
    { limit: 2, afterKey: 'ed25519:before', known, isLast: false },
  );
  const item = { public_key: publicKey, access_key: { nonce: 1, permission: 'FullAccess' } };

  it('names the key after which the next one begins', () => {
    const page = { keys: [item], last_key: publicKey, ...block };
    expect(read({ result: page })).toMatchObject({ lastKey: publicKey, height: 100 });
    expect(read({ result: { keys: [item], ...block } })).toMatchObject({ lastKey: null });
    // All at once, of a node from before there were pages.
    const keys = [item, { ...item, public_key: 'a' }, { ...item, public_key: 'b' }];
    expect(read({ result: { keys, ...block } })).toMatchObject({ keys: { length: 3 } });
  });

  it.each([
    [{ keys: undefined }],
    [{ keys: {} }],
    [{ keys: [null] }],
    [{ keys: [{ public_key: publicKey }] }],
    [{ keys: [{ ...item, access_key: { nonce: -1, permission: 'FullAccess' } }] }],
    [{ keys: [], last_key: 7 }],
    [{ keys: [], last_key: publicKey }],
    [{ keys: [item], last_key: 'ed25519:before' }],
    [{ keys: [item, { ...item, public_key: 'a' }, { ...item, public_key: 'b' }], last_key: 'b' }],
    // An account has each key once.
    [{ keys: [item, item] }],
    [{ keys: [{ ...item, public_key: 'ed25519:earlier' }] }],
    [{ keys: [item], last_key: 'k'.repeat(129) }],
  ])('is none with %j', (change) => {
    expect(kindOf(() => read({ result: { ...block, ...change } }))).toBe('malformed');
  });

  it('that should be the last has no successor', () => {
    const last = readKeyPage({ accountId }, { limit: 2, afterKey: null, known, isLast: true });
    expect(last({ result: { keys: [item], ...block } })).toMatchObject({ lastKey: null });
    const more = { keys: [item], last_key: publicKey, ...block };
    expect(kindOf(() => last({ result: more }))).toBe('malformed');
  });

  it('rejected by a node’s key limit is an error, not an empty list', () => {
    expect(kindOf(() => read(error('TOO_MANY_ACCESS_KEYS')))).toBe('own-error');
  });
});

describe('a view of a contract', () => {
  const view = <T>(readValue: (value: unknown) => T, answer: RpcAnswer) =>
    readCall({ accountId, atHeight }, readValue)(answer);
  const giving = (value: unknown) => ({ result: { result: bytesOf(value), logs: [], ...block } });

  it.each([
    [readTokenBalance, '7', 7n],
    [readRegistration, null, false],
    [readRegistration, { total: '1', available: '0' }, true],
    [readDecimals, { decimals: 18 }, 18],
    [readLeastDeposit, { min: '125', max: null }, 125n],
  ])('is parsed as its method returns it', (readValue, given, value) => {
    expect(view<unknown>(readValue, giving(given))).toEqual({ value });
  });

  it.each([
    [readTokenBalance, 7],
    [readTokenBalance, null],
    [readTokenBalance, '-7'],
    [readTokenBalance, 'NaN'],
    [readRegistration, false],
    [readRegistration, {}],
    [readRegistration, 'registered'],
    [readRegistration, { total: '1' }],
    [readDecimals, {}],
    [readDecimals, { decimals: '18' }],
    [readDecimals, { decimals: 39 }],
    [readDecimals, { decimals: -1 }],
    [readLeastDeposit, { max: '1' }],
    [readLeastDeposit, null],
  ])('of another shape is rejected', (readValue, given) => {
    expect(kindOf(() => view<unknown>(readValue, giving(given)))).toBe('malformed');
  });

  it.each([
    ['no bytes', undefined],
    ['a text', '"7"'],
    ['numbers that are no bytes', [256]],
    ['numbers below all bytes', [-1]],
    // Cut to a byte it would be the 7 of "7".
    ['one that is none among bytes', [34, 311, 34]],
    ['fractions', [0.5]],
    ['bytes that are no JSON', [123]],
    ['too many bytes', Array.from({ length: 262_145 }, () => 49)],
  ])('with %s is no answer', (_name, result) => {
    const answer = { result: { result, ...block } };
    expect(kindOf(() => view(readTokenBalance, answer))).toBe('malformed');
  });

  const words = 'wasm execution failed with error: ';
  it.each([
    'CompilationError(CodeDoesNotExist { account_id: "a" })',
    'CompilationError(PrepareError(Deserialization))',
    'FunctionCallError(LinkError { msg: "unknown import" })',
    'FunctionCallError(MethodResolveError(MethodNotFound))',
    'FunctionCallError(HostError(GuestPanic { panic_msg: "no" }))',
    'ExecutionError("Smart contract panicked: no")',
  ])('that fails in the contract counts as missing: %s', (text) => {
    const missing = expect.any(String);
    expect(view(readTokenBalance, { result: { error: words + text, ...block } })).toEqual({
      missing,
    });
    const cause = error('CONTRACT_EXECUTION_ERROR', { error_message: words + text, ...block });
    expect(view(readTokenBalance, cause)).toEqual({ missing });
  });

  it.each(['CacheError(ReadError)', 'StorageError(StorageInternalError)', 'out of memory', ''])(
    'that fails in the node is no answer: %s',
    (text) => {
      const answer = { result: { error: words + text, ...block } };
      expect(kindOf(() => view(readTokenBalance, answer))).toBe('own-error');
      const cause = error('CONTRACT_EXECUTION_ERROR', { error_message: words + text });
      expect(kindOf(() => view(readTokenBalance, cause))).toBe('own-error');
    },
  );

  it('finds no contract on a missing account, or one without code', () => {
    const missing = expect.any(String);
    expect(view(readTokenBalance, error('UNKNOWN_ACCOUNT'))).toEqual({ missing });
    expect(view(readTokenBalance, error('NO_CONTRACT_CODE'))).toEqual({ missing });
  });
});

it('a view of a contract has a maximum length', () => {
  const read = (length: number) => {
    const bytes = [34, ...Array.from({ length: length - 2 }, () => 49), 34];
    return readCall({ accountId, atHeight }, String)({ result: { result: bytes, ...block } });
  };
  expect(read(262_144)).toEqual({ value: '1'.repeat(262_142) });
  expect(kindOf(() => read(262_145))).toBe('malformed');
});

describe("a node's status", () => {
  const sync = { latest_block_height: 9, latest_block_time: '2026-01-01T00:00:00Z' };
  const status = { chain_id: 'mainnet', genesis_hash: fakeHash('G'), sync_info: sync };

  it('has its head and its earliest block', () => {
    const earliest = { ...sync, earliest_block_height: 3, syncing: true };
    expect(readStatus({ result: { ...status, sync_info: earliest } })).toEqual({
      chainId: 'mainnet',
      genesisHash: fakeHash('G'),
      headHeight: 9,
      headAtMs: Date.UTC(2026, 0, 1),
      isSyncing: true,
      earliestHeight: 3,
    });
    expect(readStatus({ result: status })).toMatchObject({
      isSyncing: false,
      earliestHeight: null,
    });
  });

  it.each<[string, unknown]>([
    ['no object', 'mainnet'],
    ['nothing', null],
    ['no chain', { ...status, chain_id: '' }],
    ['a chain id without end', { ...status, chain_id: 'm'.repeat(65) }],
    ['no genesis', { ...status, genesis_hash: '0' }],
    ['half a genesis', { ...status, genesis_hash: 'G'.repeat(22) }],
    ['no head', { ...status, sync_info: undefined }],
    ['no height', { ...status, sync_info: { ...sync, latest_block_height: -1 } }],
    ['no time', { ...status, sync_info: { ...sync, latest_block_time: 'yesterday' } }],
    ['a past of fractions', { ...status, sync_info: { ...sync, earliest_block_height: 0.5 } }],
  ])('with %s is none', (_name, result) => {
    expect(kindOf(() => readStatus({ result }))).toBe('malformed');
  });
});

describe('a block', () => {
  const header = { height: 7, hash: fakeHash('B'), timestamp: 1_700_000_000_000_000_000 };

  it('has a height, a hash and a time', () => {
    expect(readBlock({ result: { header } })).toEqual({
      height: 7,
      hash: fakeHash('B'),
      timestampMs: 1_700_000_000_000,
    });
    // As it is where numbers of more than 2^53 were made texts on the way.
    const timestamp = '1700000000000000000';
    expect(readBlock({ result: { header: { ...header, timestamp } } })).toMatchObject({
      timestampMs: 1_700_000_000_000,
    });
  });

  it.each([
    [{ height: -1 }],
    [{ height: 2 ** 53 }],
    [{ height: '7' }],
    [{ hash: '' }],
    [{ hash: 'l'.repeat(44) }],
    [{ hash: 'B'.repeat(45) }],
    // 2 bytes, 31 and 33: nothing can be signed with them.
    [{ hash: '11' }],
    [{ hash: '1'.repeat(31) }],
    [{ hash: 'z'.repeat(44) }],
    [{ timestamp: 'soon' }],
    [{ timestamp: -1 }],
    [{ timestamp: 1e300 }],
    [{ timestamp: null }],
    [{ timestamp: '' }],
    [{ timestamp: [] }],
    [{ timestamp: false }],
    [{ timestamp: '0x7' }],
    [{ timestamp: Number.NaN }],
  ])('is none with %j', (change) => {
    const answer = { result: { header: { ...header, ...change } } };
    expect(kindOf(() => readBlock(answer))).toBe('malformed');
  });
});
