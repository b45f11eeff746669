import { expect, it } from 'vitest';
import { ServiceError, StoppedError } from '../core/errors.ts';
import { type EngineObserver, silentObserver } from '../ports/engine-observer.ts';
import type { Outcome, StoredTransaction } from '../ports/transaction-ledger.ts';
import { VirtualClock } from '../testing/simulator/world/virtual-clock.ts';
import { createTransactionSettler, type Watch } from './settle-transaction.ts';

const referenceHeight = 100;
const transactionOf = (hash: string, more: Partial<StoredTransaction> = {}) =>
  ({
    ...{ hash, signerId: 'service.near', publicKey: 'key', nonce: 5, referenceHeight },
    ...{ purpose: 'CREATE', status: 'SIGNED', failure: null },
    ...more,
  }) as StoredTransaction;
const transaction = transactionOf('hash');

const busy = new ServiceError('DATABASE_BUSY', 'the database is busy');
const noNode = new ServiceError('NODE_UNREACHABLE', 'no node answers');
const final = (succeeded = true, failure: string | null = null) => ({
  kind: 'final',
  outcome: { succeeded, failure, gasBurnt: 3n, burntYocto: 4n },
});
const included = { kind: 'included' };
const pending = { kind: 'pending' };
const unknown = { kind: 'unknown' };

type Answer = object | Error;
const given = (answer: Answer) => {
  if (answer instanceof Error) throw answer;
  return answer;
};

/** What each port answers next; the last of a list is repeated. */
interface Script {
  send: Answer[];
  lookUp: Answer[];
  read: Answer[];
  everywhere: Answer[];
  final: Answer[];
  /** The height at a second node; null: as at the first. */
  agreedHeight: number | null;
  /** How long a node takes to return a height. */
  heightMs: number;
  /** The nonce that the chain shows for the key. */
  spentNonce: number;
  /** The ledger's row, as it is read; null: it is gone. */
  row: Partial<StoredTransaction> | null;
  settle: (Answer | null)[];
  declareDead: Answer[] | null;
  include: Error | null;
}

function chainOf(script: Script, clock: VirtualClock, startMs: number) {
  const asked: [what: string, atMs: number][] = [];
  const answer = (what: 'send' | 'lookUp' | 'read' | 'everywhere' | 'final') => {
    asked.push([what, clock.now() - startMs]);
    const [next = pending] = script[what];
    if (script[what].length > 1) script[what].shift();
    return given(next);
  };
  const chain = {
    sendTransaction: async ({ everywhere = false }) => {
      if (everywhere) asked.push(['to all', clock.now() - startMs]);
      return answer('send');
    },
    lookUpTransaction: async () => answer('lookUp'),
    readTransaction: async () => answer('read'),
    readTransactionEverywhere: async () => answer('everywhere'),
    readFinalBlock: async () => {
      if (script.heightMs > 0) await clock.sleep(script.heightMs);
      return answer('final');
    },
    readAgreedHeight: async () => {
      asked.push(['agreed', clock.now() - startMs]);
      if (script.heightMs > 0) await clock.sleep(script.heightMs);
      return script.agreedHeight ?? Number(Object(script.final[0]).height ?? 0);
    },
    viewAccessKey: async () => ({ nonce: script.spentNonce, height: 110 }),
  };
  return { chain, asked };
}

function ledgerOf(script: Script) {
  const written: Outcome[][] = [];
  const noted: string[][] = [];
  const dead: object[] = [];
  const ledger = {
    readTransaction: async (hash: string) =>
      script.row && { ...transactionOf(hash), ...script.row },
    recordIncluded: async ({ hashes }: { hashes: string[] }) => {
      noted.push(hashes);
      if (script.include) throw script.include;
    },
    settleTransactions: async ({ outcomes }: { outcomes: Outcome[] }) => {
      written.push(outcomes);
      const end = script.settle.shift();
      if (end) return given(end);
      return outcomes.map(({ hash }) => ({ hash, userIds: ['ann'] }));
    },
    declareDead: async (death: { hash: string }) => {
      dead.push(death);
      const end = script.declareDead?.shift();
      if (end) return given(end);
      return script.declareDead ? null : { hash: death.hash, userIds: ['ann'] };
    },
  };
  return { ledger, written, noted, dead };
}

/** One settler over ports that answer by the script; by default they know nothing. */
function sceneOf(changes: Partial<Script> = {}) {
  const script: Script = {
    ...{ send: [pending], lookUp: [unknown], read: [pending], everywhere: [unknown] },
    ...{ final: [{ height: 110 }], spentNonce: 4, row: {} },
    ...{ agreedHeight: null, heightMs: 0 },
    ...{ settle: [], declareDead: null, include: null },
    ...changes,
  };
  const clock = new VirtualClock();
  const startMs = clock.now();
  const { chain, asked } = chainOf(script, clock, startMs);
  const { ledger, ...wrote } = ledgerOf(script);
  const reported: object[] = [];
  const logged: [level: string, message: string][] = [];
  const stopping = new AbortController();
  const tell = (level: string) => (_fields: object, message: string) =>
    void logged.push([level, message]);
  const observer: EngineObserver = {
    ...silentObserver,
    transactionSettled: (settled) => void reported.push(settled),
    serviceError: (error) => void reported.push(error),
  };
  const settler = createTransactionSettler({
    ...{ ledger: ledger as never, chain: chain as never },
    ...{ clock, observer, signal: stopping.signal },
    log: { info: tell('info'), warn: tell('warn'), error: tell('error') },
  });
  const notified: unknown[] = [];
  const watch: Watch = {
    onIncluded: () => void notified.push('included'),
    onStuck: (isRefused) => void notified.push(['stuck', isRefused]),
    onRejected: (reason) => void notified.push(reason),
  };
  const settle = (of = transaction, listening: Watch = watch) => {
    const settling = settler.settle(of, listening);
    settling.catch(() => undefined);
    return settling;
  };
  const stop = async () => {
    stopping.abort();
    await clock.advance(100);
  };
  /** When it was asked for, in milliseconds since the start. */
  const times = (what: string) => asked.flatMap(([each, atMs]) => (each === what ? [atMs] : []));
  return {
    ...{ script, clock, settle, stop, stopping },
    ...{ asked, times, notified, reported, logged },
    ...wrote,
  };
}

it.each([
  ['SIGNED', 'send'],
  ['SENT', 'lookUp'],
] as const)('one that is %s begins with %s', async (status, what) => {
  const { asked, settle, clock, stop } = sceneOf({ send: [final()], lookUp: [final()] });
  const settling = settle(transactionOf('hash', { status }));
  await clock.advance(100);
  await settling;
  expect(asked[0]?.[0]).toBe(what);
  await stop();
});

it.each([
  ['SUCCEEDED', true, null],
  ['FAILED', false, 'the action’s error'],
] as const)('writes down that it %s, and tells it once', async (status, succeeded, failure) => {
  const { clock, settle, written, notified, reported, noted } = sceneOf({
    send: [final(succeeded, failure)],
    final: [{ height: 123 }],
  });
  const settling = settle();
  await clock.advance(1_000);
  expect(await settling).toEqual({ hash: 'hash', status, failure });
  const outcome = { hash: 'hash', status, failure, gasBurnt: 3n, burntYocto: 4n, knownHeight: 123 };
  expect(written).toEqual([[outcome]]);
  expect(reported).toEqual([{ purpose: 'CREATE', status, burntYocto: 4n }]);
  expect(notified).toEqual(['included']);
  expect(noted).toEqual([]);
});

it('an end that another process recorded first is reported by that process', async () => {
  const { clock, settle, reported } = sceneOf({ send: [final()], settle: [[]] });
  const settling = settle();
  await clock.advance(1_000);
  expect(await settling).toMatchObject({ status: 'SUCCEEDED' });
  expect(reported).toEqual([]);
});

it('several ends are written in one commit, each with its own result', async () => {
  const { clock, settle, written } = sceneOf({ send: [final(), final(false, 'no')] });
  const both = [settle(transactionOf('one')), settle(transactionOf('two'))];
  await clock.advance(1_000);
  expect(await Promise.all(both)).toMatchObject([
    { hash: 'one', status: 'SUCCEEDED' },
    { hash: 'two', status: 'FAILED' },
  ]);
  expect(written.map((outcomes) => outcomes.map(({ hash }) => hash))).toEqual([['one', 'two']]);
});

it('an end that cannot be written does not keep the others from being written', async () => {
  const broken = new TypeError('no such column type');
  const { clock, settle, written, reported } = sceneOf({
    send: [final()],
    settle: [broken, broken],
    lookUp: [pending],
  });
  const both = [settle(transactionOf('one')), settle(transactionOf('two'))];
  await clock.advance(100);
  expect(await both[1]).toMatchObject({ hash: 'two', status: 'SUCCEEDED' });
  expect(written.map((outcomes) => outcomes.map(({ hash }) => hash))).toEqual([
    ['one', 'two'],
    ['one'],
    ['two'],
  ]);
  expect(reported).toHaveLength(1);
  await clock.advance(1_000);
  expect(await both[0]).toMatchObject({ hash: 'one' });
});

it('writing an end is repeated every 500 ms until the database accepts it', async () => {
  const { clock, settle, written, logged } = sceneOf({ send: [final()], settle: [busy, busy] });
  const settling = settle();
  await clock.advance(999);
  expect(written).toHaveLength(2);
  await clock.advance(10);
  expect(await settling).toMatchObject({ status: 'SUCCEEDED' });
  expect(logged.filter(([level]) => level === 'error')).toEqual([]);
});

it('a process that stops while the database is busy leaves the rest to others', async () => {
  const { clock, settle, stop, written } = sceneOf({
    send: [final()],
    settle: Array.from({ length: 99 }, () => busy),
  });
  const settling = settle();
  await clock.advance(1_000);
  await stop();
  await expect(settling).rejects.toThrow(StoppedError);
  const times = written.length;
  await clock.advance(5_000);
  expect(written).toHaveLength(times);
});

it.each([
  ['the height now', [{ height: 130 }], 130],
  ['of before where no node answers', [noNode], referenceHeight],
])('what is settled counts from %s', async (_what, heights, knownHeight) => {
  const { clock, settle, written } = sceneOf({ send: [final()], final: heights });
  const settling = settle();
  await clock.advance(1_000);
  await settling;
  expect(written).toMatchObject([[{ knownHeight }]]);
});

it('counts from the newest known height', async () => {
  const { clock, settle, script, written, stop } = sceneOf({ send: [pending, final()] });
  script.final = [{ height: 150 }, noNode];
  settle(transactionOf('first'));
  await clock.advance(100);
  script.lookUp = [final()];
  await clock.advance(2_000);
  expect(written).toMatchObject([[{ knownHeight: 150 }]]);
  await stop();
});

it('counts from the height when it is written, which may be long after it was sent', async () => {
  const { clock, settle, script, written, stop } = sceneOf({ lookUp: [pending], heightMs: 50 });
  settle();
  await clock.advance(10_000);
  script.final = [{ height: 150 }];
  script.lookUp = [final()];
  await clock.advance(5_000);
  expect(written).toMatchObject([[{ knownHeight: 150 }]]);
  await stop();
});

it('asks for the final height once a second, however many are open', async () => {
  const { clock, settle, times, stop } = sceneOf({ lookUp: [pending] });
  settle(transactionOf('one'));
  await clock.advance(999);
  settle(transactionOf('two'));
  await clock.advance(1);
  expect(times('final')).toEqual([0]);
  settle(transactionOf('three'));
  await clock.advance(1);
  expect(times('final')).toEqual([0, 1_000]);
  await stop();
});

it('once a block has it, it is recorded, reported once, and followed to its end', async () => {
  const { clock, settle, noted, notified, times, logged } = sceneOf({
    send: [included],
    read: [included, included, final()],
  });
  const settling = settle();
  await clock.advance(2_000);
  expect(await settling).toMatchObject({ status: 'SUCCEEDED' });
  expect(noted).toEqual([['hash']]);
  expect(logged.map(([level]) => level)).toEqual(['info']);
  expect(notified).toEqual(['included']);
  // A node that answers at once is not asked in a tight loop.
  expect(times('read')).toEqual([0, 500, 1_000]);
});

it('it continues when its inclusion cannot be recorded', async () => {
  const { clock, settle, logged } = sceneOf({
    send: [included],
    read: [included, final()],
    include: new TypeError('not now'),
  });
  const settling = settle();
  await clock.advance(2_000);
  expect(await settling).toMatchObject({ status: 'SUCCEEDED' });
  expect(logged).toContainEqual([
    'warn',
    'it was not recorded that the transaction is in a block; its outcome will be',
  ]);
});

it('is sent to all nodes after 30 s in a block without an end', async () => {
  const { clock, settle, times, stop } = sceneOf({ send: [included], read: [included] });
  settle();
  await clock.advance(61_000);
  expect(times('to all')).toEqual([30_000, 60_000]);
  await stop();
});

it('the 30 s start when it is seen in a block, and an end found then settles it', async () => {
  const { clock, settle, script, times } = sceneOf({ send: [pending], lookUp: [pending] });
  const settling = settle();
  await clock.advance(20_000);
  script.lookUp = [included];
  script.read = [included];
  await clock.advance(5_000);
  const seenMs = times('read')[0] ?? 0;
  expect(seenMs).toBeGreaterThan(20_000);
  script.send = [final()];
  await clock.advance(seenMs + 29_999 - 25_000);
  expect(times('to all')).toEqual([]);
  await clock.advance(2);
  expect(await settling).toMatchObject({ status: 'SUCCEEDED' });
});

it('a transaction whose block is reverted is stuck 30 s and 10 blocks later', async () => {
  const { clock, settle, script, notified, stop } = sceneOf({ send: [included], read: [included] });
  settle();
  script.final = [{ height: 200 }];
  await clock.advance(40_000);
  script.read = [unknown];
  script.send = [pending];
  await clock.advance(24_000);
  expect(notified).toEqual(['included']);
  script.final = [{ height: 209 }];
  await clock.advance(20_000);
  expect(notified).toEqual(['included']);
  script.final = [{ height: 210 }];
  await clock.advance(6_000);
  expect(notified).toEqual(['included', ['stuck', false]]);
  await stop();
});

it('a rejection is reported to all watchers, and is not an end', async () => {
  const { clock, settle, notified, stop, logged } = sceneOf({
    send: [{ kind: 'rejected', reason: 'Expired' }, pending],
    lookUp: [pending],
  });
  const second: string[] = [];
  settle();
  settle(transaction, { onRejected: (reason) => void second.push(reason) });
  await clock.advance(100);
  expect([notified, second]).toEqual([['Expired'], ['Expired']]);
  expect(logged).toContainEqual(['warn', 'a node rejects the transaction']);
  await stop();
});

it.each([
  ['that was refused', [{ kind: 'rejected', reason: 'Expired' }, pending], true],
  ['that was not', [pending], false],
])('stuck after 30 s and 10 blocks, one %s', async (_what, send, isRefused) => {
  const { clock, settle, script, notified, stop } = sceneOf({ send, lookUp: [pending] });
  settle();
  await clock.advance(29_000);
  script.final = [{ height: 120 }];
  await clock.advance(900);
  const stuck = () => notified.filter((each) => Array.isArray(each));
  expect(stuck()).toEqual([]);
  await clock.advance(6_000);
  expect(stuck()).toEqual([['stuck', isRefused]]);
  await stop();
});

it('is reported again after the same time and blocks', async () => {
  const { clock, settle, script, notified, stop } = sceneOf({ lookUp: [pending] });
  settle();
  await clock.advance(1_000);
  script.final = [{ height: 150 }];
  await clock.advance(36_000);
  expect(notified).toHaveLength(1);
  script.final = [{ height: 159 }];
  await clock.advance(40_000);
  expect(notified).toHaveLength(1);
  script.final = [{ height: 160 }];
  await clock.advance(6_000);
  expect(notified).toHaveLength(2);
  script.final = [{ height: 300 }];
  await clock.advance(24_000);
  expect(notified).toHaveLength(2);
  await clock.advance(10_000);
  expect(notified).toHaveLength(3);
  await stop();
});

it('concurrent reads see the same height', async () => {
  const { clock, settle, notified, stop } = sceneOf({ lookUp: [pending] });
  const isQuiet = { onStuck: () => void notified.push('stuck') };
  for (const hash of ['one', 'two', 'three']) settle(transactionOf(hash), isQuiet);
  await clock.advance(60_000);
  expect(notified).toEqual([]);
  await stop();
});

it.each([
  ['CREATE', 36_000],
  ['TOMBSTONE', 126_000],
] as const)('%s: of what frees a lane more is not sent so soon', async (purpose, atMs) => {
  const { clock, settle, script, notified, stop } = sceneOf({ lookUp: [pending] });
  settle(transactionOf('hash', { purpose }));
  await clock.advance(1_000);
  script.final = [{ height: 500 }];
  await clock.advance(atMs - 6_100 - 1_000);
  expect(notified).toEqual([]);
  await clock.advance(6_100);
  expect(notified).toEqual([['stuck', false]]);
  await stop();
});

it('no lane is stuck by the height of a single node that is ahead of a halted chain', async () => {
  const { clock, settle, script, notified, stop } = sceneOf({ agreedHeight: 110 });
  settle();
  await clock.advance(1_000);
  script.final = [{ height: 9_000 }];
  await clock.advance(300_000);
  expect(notified).toEqual([]);
  script.agreedHeight = 9_000;
  await clock.advance(10_000);
  expect(notified).toEqual([['stuck', false]]);
  await stop();
});

it('however many are stuck at once, the nodes are asked for the height once', async () => {
  const { clock, settle, script, times, notified, stop } = sceneOf({ heightMs: 50 });
  for (let index = 0; index < 50; index += 1) settle(transactionOf(`hash ${index}`));
  await clock.advance(1_000);
  script.final = [{ height: 200 }];
  const before = [times('final').length, times('agreed').length];
  await clock.advance(40_000);
  expect(notified.filter((each) => Array.isArray(each))).toHaveLength(50);
  const seconds = 40;
  expect(times('final').length - (before[0] ?? 0)).toBeLessThanOrEqual(seconds);
  expect(times('agreed').length - (before[1] ?? 0)).toBeLessThanOrEqual(seconds);
  await stop();
});

it('no lane is stuck while no node returns the height', async () => {
  const { clock, settle, notified, stop } = sceneOf({ lookUp: [pending], final: [noNode] });
  settle();
  await clock.advance(90_000);
  expect(notified).toEqual([]);
  await stop();
});

it('a stuck transaction that gets into a block frees its lane, and is reported again', async () => {
  const { clock, settle, script, notified, stop } = sceneOf({ lookUp: [pending] });
  settle();
  await clock.advance(1_000);
  script.final = [{ height: 500 }];
  await clock.advance(36_000);
  expect(notified).toEqual([['stuck', false]]);
  script.lookUp = [included];
  script.read = [included];
  await clock.advance(6_000);
  expect(notified).toEqual([['stuck', false], 'included']);
  const late: string[] = [];
  settle(transaction, {
    onIncluded: () => void late.push('included'),
    onStuck: () => void late.push('stuck'),
  });
  await clock.advance(1);
  expect(late).toEqual(['included']);
  await stop();
});

it('is polled at growing intervals, and sent again when no node has it', async () => {
  const { clock, settle, times, stop } = sceneOf({ lookUp: [pending, unknown] });
  settle();
  await clock.advance(18_000);
  expect(times('lookUp')).toEqual([500, 1_500, 3_500, 7_500, 12_500, 17_500]);
  expect(times('send')).toEqual([0, ...times('lookUp')]);
  await stop();
});

it('is not sent again while a node has it', async () => {
  const { clock, settle, times, stop } = sceneOf({ lookUp: [included], read: [included] });
  settle();
  await clock.advance(5_000);
  expect(times('send')).toEqual([0]);
  await stop();
});

it('is sent again where no node could be asked for it', async () => {
  const { clock, settle, times, logged, stop } = sceneOf({ lookUp: [noNode] });
  settle();
  await clock.advance(600);
  expect(times('send')).toEqual([0, 500]);
  expect(logged.filter(([level]) => level === 'error')).toEqual([]);
  await stop();
});

it('an error while asking is logged once, and the query is repeated', async () => {
  const { clock, settle, times, logged, stop } = sceneOf({ lookUp: [new TypeError('unreadable')] });
  settle();
  await clock.advance(4_000);
  expect(times('send')).toEqual([0, 500, 1_500, 3_500]);
  expect(logged.filter(([level]) => level === 'error')).toHaveLength(1);
  await stop();
});

it('an end recorded by another process is taken from the ledger', async () => {
  const { clock, settle, notified, asked, written } = sceneOf({
    row: { status: 'FAILED', failure: 'no' },
    send: [unknown],
  });
  const settling = settle();
  await clock.advance(100);
  expect(await settling).toEqual({ hash: 'hash', status: 'FAILED', failure: 'no' });
  expect([notified, written]).toEqual([['included'], []]);
  expect(asked.filter(([what]) => what === 'everywhere')).toEqual([]);
});

it('a transaction missing in the ledger is not sent again', async () => {
  const { clock, settle, asked } = sceneOf({ row: null });
  const settling = settle();
  await clock.advance(100);
  await expect(settling).rejects.toMatchObject({ code: 'DATABASE_BEHIND_CHAIN' });
  const times = asked.length;
  await clock.advance(10_000);
  expect(asked).toHaveLength(times);
});

it('looks for no proof while a node shows it as pending', async () => {
  const { clock, settle, times, dead, stop } = sceneOf({ spentNonce: 5, lookUp: [pending] });
  settle();
  await clock.advance(90_000);
  expect([times('everywhere'), dead]).toEqual([[], []]);
  await stop();
});

it('is DEAD once that is proven: recorded, reported, and its lane is free', async () => {
  const { clock, settle, script, dead, reported, notified, logged } = sceneOf({ send: [unknown] });
  script.spentNonce = 5;
  const settling = settle();
  await clock.advance(59_000);
  expect(dead).toEqual([]);
  script.row = { status: 'DEAD' };
  await clock.advance(2_000);
  expect(await settling).toEqual({ hash: 'hash', status: 'DEAD', failure: null });
  expect(dead).toEqual([{ hash: 'hash', nowMs: expect.any(Number) }]);
  expect(reported).toEqual([{ purpose: 'CREATE', status: 'DEAD', burntYocto: 0n }]);
  expect(notified).toEqual(['included']);
  expect(logged).toContainEqual(['warn', 'transaction can never execute']);
});

it('when it is proven here and ended elsewhere meanwhile, the ledger decides', async () => {
  const { clock, settle, script, reported, dead } = sceneOf({
    send: [unknown],
    spentNonce: 5,
    declareDead: [busy],
  });
  const settling = settle();
  await clock.advance(59_000);
  script.row = { status: 'SUCCEEDED' };
  await clock.advance(2_000);
  expect(await settling).toMatchObject({ status: 'SUCCEEDED' });
  // The database was busy the first time.
  expect([dead.length, reported]).toEqual([2, []]);
});

it('when it is proven and still open in the ledger, that is logged and examined again', async () => {
  const { clock, settle, logged, stop } = sceneOf({ send: [unknown], spentNonce: 5 });
  let isOver = false;
  settle().then(
    () => {
      isOver = true;
    },
    () => undefined,
  );
  await clock.advance(62_000);
  expect(isOver).toBe(false);
  expect(logged.filter(([level]) => level === 'error')).toHaveLength(1);
  await stop();
});

it('its lane is not free before it is recorded that it can never execute', async () => {
  const { clock, settle, dead, notified, stop } = sceneOf({
    ...{ send: [unknown], spentNonce: 5 },
    declareDead: Array.from({ length: 999 }, () => busy),
  });
  settle();
  await clock.advance(70_000);
  expect(dead.length).toBeGreaterThan(2);
  expect(notified).toEqual([]);
  await stop();
});

it.each([
  ['no node answers it', noNode, 0],
  ['an answer cannot be read', new TypeError('unreadable'), 1],
])('a search for a proof in which %s is repeated', async (_what, answer, errors) => {
  const { clock, settle, times, logged, stop } = sceneOf({
    ...{ send: [unknown], spentNonce: 5 },
    everywhere: [answer],
  });
  settle();
  await clock.advance(2_000);
  expect(times('everywhere')).toEqual([0, 500, 1_500]);
  expect(logged.filter(([level]) => level === 'error')).toHaveLength(errors);
  await stop();
});

it.each([
  ['an end', final(), 'SUCCEEDED'],
  ['a block', included, 'SUCCEEDED'],
])('the search for a proof may find %s', async (_what, found, status) => {
  const { clock, settle } = sceneOf({
    ...{ send: [unknown], spentNonce: 5 },
    ...{ everywhere: [found], read: [final()] },
  });
  const settling = settle();
  await clock.advance(400);
  expect(await settling).toMatchObject({ status });
});

it('stays open while no node can be asked for the proof', async () => {
  const { clock, settle, logged, times, stop } = sceneOf({ spentNonce: 5, final: [noNode] });
  settle();
  await clock.advance(2_000);
  expect(times('send')).toEqual([0, 500, 1_500]);
  expect(logged.filter(([level]) => level === 'error')).toEqual([]);
  await stop();
});

it.each([
  ['is alive all the time', () => 4, 0],
  ['was alive in between', (atMs: number) => (atMs < 590_000 || atMs > 650_000 ? 5 : 4), 0],
  ['can execute no more', () => 5, 1],
])('that no node knows its outcome is reported after 10 minutes: it %s', async (...scene) => {
  const [, nonceAt, times] = scene;
  const {
    clock,
    settle,
    script,
    logged,
    reported: counted,
    stop,
  } = sceneOf({
    send: [unknown],
    everywhere: [pending],
  });
  settle();
  const startMs = clock.now();
  for (let atMs = 0; atMs < 900_000; atMs += 10_000) {
    script.spentNonce = nonceAt(atMs);
    await clock.advance(startMs + atMs - clock.now() + 10_000);
  }
  const reported = logged.filter(([level]) => level === 'error');
  expect(reported).toHaveLength(times);
  expect(counted).toEqual(reported.map(() => ({ code: 'TRANSACTION_FORGOTTEN' })));
  await stop();
});

it('two concurrent calls for one transaction are one, and a later one starts again', async () => {
  const { clock, settle, times } = sceneOf({ send: [included], read: [included, final()] });
  const both = [settle(), settle()];
  await clock.advance(1_000);
  const [one, other] = await Promise.all(both);
  expect(one).toBe(other);
  expect(times('send')).toHaveLength(1);
  await Promise.all([settle(), clock.advance(1_000)]);
  expect(times('send')).toHaveLength(2);
});

it.each([
  ['before the first answer counts', 0],
  ['in a pause', 600],
])('a process that stops %s sends no more queries', async (_what, atMs) => {
  const { clock, settle, stop, stopping, asked, written } = sceneOf({ lookUp: [pending] });
  const settling = settle();
  if (atMs === 0) stopping.abort();
  await clock.advance(atMs);
  // What is under way is not called back: the sending, and the height after it.
  const times = atMs === 0 ? 2 : asked.length;
  await stop();
  await expect(settling).rejects.toThrow(StoppedError);
  await clock.advance(10_000);
  expect(asked).toHaveLength(times);
  expect(written).toEqual([]);
});
