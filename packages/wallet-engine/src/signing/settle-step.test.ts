import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TransactionAnswer } from '../ports/near-chain.ts';
import type { StoredTransaction } from '../ports/transaction-ledger.ts';
import {
  type NextAct,
  type Question,
  type SettleEvent,
  type SettleStep,
  settleStep,
  startSettling,
} from './settle-step.ts';
import type { SettledTransaction } from './settlement-writer.ts';

const outcome = { succeeded: true, failure: null, gasBurnt: 1n, burntYocto: 2n };
const final: TransactionAnswer = { kind: 'final', outcome };
const included: TransactionAnswer = { kind: 'included' };
const rejected: TransactionAnswer = { kind: 'rejected', reason: 'Expired' };
const unknown: TransactionAnswer = { kind: 'unknown' };
const pending: TransactionAnswer = { kind: 'pending' };
const settled: SettledTransaction = { hash: 'hash', status: 'SUCCEEDED', failure: null };

const startMs = 1_000;
const start = (more: Partial<StoredTransaction> = {}) =>
  startSettling(
    { status: 'SIGNED', purpose: 'CREATE', referenceHeight: 100, ...more } as StoredTransaction,
    startMs,
  );

const answerTo = (question: Question, answer: TransactionAnswer): SettleEvent => ({
  ...{ kind: 'answer', question, answer },
});
const heightOf = (
  use: 'when sent' | 'when in a block' | 'whether stuck',
  height: number | null,
): SettleEvent => ({ kind: 'final height', use, height });
const agreed = (height: number | null): SettleEvent => ({ kind: 'agreed height', height });
const endOf = (end: SettledTransaction | null): SettleEvent => ({ kind: 'end', end });
const proofOf = (proof: 'never' | 'unproven' | TransactionAnswer): SettleEvent => ({
  ...{ kind: 'proof', proof },
});
const pauseOver: SettleEvent = { kind: 'pause over' };

/** The step after these events, each at its time or that of the one before. */
function after(from: SettleStep, ...events: (SettleEvent | number)[]): SettleStep {
  let step = from;
  let nowMs = startMs;
  for (const event of events) {
    if (typeof event === 'number') nowMs = event;
    else step = settleStep(step.state, event, nowMs);
  }
  return step;
}

const sent = (answer: TransactionAnswer, height: number | null = 105, from = start()) =>
  after(from, answerTo('send', answer), heightOf('when sent', height));
const inBlock = after(sent(included), 2_000, heightOf('when in a block', 110));
const paused = after(sent(pending), endOf(null));

const pauseOf = (forMs: number): NextAct => ({ kind: 'pause', forMs });
const ask = (question: Question): NextAct => ({ kind: 'ask', question });
const readEnd: NextAct = { kind: 'read end', isDeclaredDead: false };
const writeOutcome = (sinceHeight: number): NextAct => ({
  ...{ kind: 'write outcome', outcome, sinceHeight },
});
const readHeight = (use: 'when sent' | 'when in a block' | 'whether stuck'): NextAct => ({
  ...{ kind: 'read final height', use },
});

describe('first', () => {
  it.each([
    ['SIGNED', 'send'],
    ['SENT', 'look up'],
  ] as const)('one that is %s: %s, then the height, whatever the answer', (status, question) => {
    const first = start({ status });
    expect(first).toMatchObject({ next: ask(question), notices: [], mayStop: false });
    for (const answer of [final, included, rejected, unknown, pending]) {
      expect(after(first, answerTo(question, answer))).toMatchObject({
        ...{ next: readHeight('when sent'), notices: [], mayStop: false },
      });
    }
  });

  it.each([
    ['final', final, writeOutcome(105), [{ kind: 'included', isEnded: true }]],
    ['included', included, readHeight('when in a block'), []],
    ['rejected', rejected, readEnd, [{ kind: 'rejected', reason: 'Expired' }]],
    ['unknown', unknown, readEnd, []],
    ['pending', pending, readEnd, []],
  ] as const)('an answer is examined: %s', (_kind, answer, next, notices) => {
    const examined = { next, notices, mayStop: true };
    expect(sent(answer)).toMatchObject(examined);
    // Likewise when it is sent again.
    const again = after(paused, pauseOver, answerTo('look up', unknown), answerTo('send', answer));
    expect(again).toMatchObject(examined);
  });

  it('keeps the height it knows while no node answers', () => {
    expect(sent(final, null).next).toEqual(writeOutcome(100));
    expect(after(sent(included, null), heightOf('when in a block', null)).state).toMatchObject({
      absentSinceHeight: 100,
    });
  });
});

describe('in a block', () => {
  it('is told once, and keeps the time when it was first seen', () => {
    const { state } = sent(included);
    expect(state.isIncluded).toBe(false);
    expect(inBlock).toMatchObject({
      ...{ next: ask('wait for final'), mayStop: false },
      notices: [{ kind: 'included', isEnded: false }],
    });
    expect(inBlock.state).toEqual({
      ...state,
      ...{ isIncluded: true, includedSinceMs: 2_000, waitingSinceMs: 2_000 },
      ...{ absentSinceMs: startMs, absentSinceHeight: 110 },
    });
    const again = after(
      ...[inBlock, 9_000, answerTo('wait for final', included)],
      ...[9_500, heightOf('when in a block', 120)],
    );
    expect(again).toMatchObject({ next: ask('wait for final'), notices: [] });
    expect(again.state).toEqual({
      ...inBlock.state,
      ...{ waitingSinceMs: 9_500, absentSinceMs: 9_000, absentSinceHeight: 120 },
    });
  });

  it.each([included, unknown, pending, rejected])(
    'a quick answer is followed by a rest: %o',
    (answer) => {
      const quick = after(inBlock, 2_499, answerTo('wait for final', answer));
      expect(quick).toMatchObject({ next: pauseOf(500), notices: [], mayStop: false });
      const slow = after(inBlock, 2_500, answerTo('wait for final', answer));
      expect(after(quick, 2_999, pauseOver)).toMatchObject({
        ...{ next: slow.next, notices: slow.notices, mayStop: true },
      });
      expect(slow.next.kind).toBe(answer === included ? 'read final height' : 'read end');
    },
  );

  it('its outcome is written at once', () => {
    expect(after(inBlock, answerTo('wait for final', final))).toMatchObject({
      ...{ next: writeOutcome(110), notices: [], mayStop: true },
    });
  });

  it('is sent to every node after 30 s without an outcome, and again after as long', () => {
    const still = (from: SettleStep, atMs: number) =>
      after(from, atMs, answerTo('wait for final', included));
    expect(still(inBlock, 31_999).next).toEqual(readHeight('when in a block'));
    const doubted = still(inBlock, 32_000);
    expect(doubted).toMatchObject({ next: ask('send to every node'), mayStop: false });
    expect(doubted.state).toMatchObject({ includedSinceMs: 32_000 });
    expect(still(doubted, 61_999).next).toEqual(readHeight('when in a block'));
    expect(still(doubted, 62_000).next).toEqual(ask('send to every node'));
    // Only what is still in a block.
    expect(after(inBlock, 32_000, answerTo('wait for final', pending)).next).toEqual(readEnd);
    const everywhere = answerTo('send to every node', final);
    expect(after(doubted, everywhere).next).toEqual(writeOutcome(110));
  });

  it('a rest after it was sent to every node counts from the wait before', () => {
    const waiting = after(
      ...[inBlock, 31_800, answerTo('wait for final', included)],
      ...[heightOf('when in a block', 120), 32_000, answerTo('wait for final', included)],
    );
    expect(waiting.next).toEqual(ask('send to every node'));
    const everywhere = answerTo('send to every node', included);
    expect(after(waiting, 32_299, everywhere).next).toEqual(pauseOf(500));
    expect(after(waiting, 32_300, everywhere).next).toEqual(readHeight('when in a block'));
  });
});

describe('the end', () => {
  it('that another process recorded is told unless a block had it before', () => {
    const done = { kind: 'done', end: settled };
    expect(after(sent(unknown), endOf(settled))).toMatchObject({
      ...{ next: done, notices: [{ kind: 'included', isEnded: true }], mayStop: false },
    });
    const reverted = after(inBlock, 9_000, answerTo('wait for final', unknown), endOf(settled));
    expect(reverted).toMatchObject({ next: done, notices: [] });
  });

  it('that was written is told no second time', () => {
    const written = after(sent(final), endOf(settled));
    expect(written).toMatchObject({ next: { kind: 'done', end: settled }, notices: [] });
  });

  it('by proof: dead is written, then its lane is free, then the ledger decides', () => {
    const proven = after(sent(unknown), endOf(null), proofOf('never'));
    expect(proven).toMatchObject({ next: { kind: 'declare dead' }, notices: [], mayStop: false });
    const dead = after(proven, { kind: 'declared dead' });
    expect(dead).toMatchObject({
      next: { kind: 'read end', isDeclaredDead: true },
      ...{ notices: [{ kind: 'included', isEnded: true }], mayStop: false },
    });
    expect(after(dead, endOf(settled))).toMatchObject({ next: { kind: 'done' }, notices: [] });
  });

  it.each([
    ['unknown', unknown, { kind: 'prove' }],
    ['rejected', rejected, { kind: 'prove' }],
    ['pending', pending, pauseOf(500)],
  ] as const)(
    'where there is none yet, a proof is tried by the answer: %s',
    (_kind, answer, next) => {
      expect(after(sent(answer), endOf(null))).toMatchObject({ next, notices: [], mayStop: false });
    },
  );

  it.each([
    ['final', final, writeOutcome(105)],
    ['included', included, readHeight('when in a block')],
  ] as const)('the search for a proof may find that it is %s', (_kind, answer, next) => {
    const found = after(sent(unknown), endOf(null), proofOf(answer));
    expect(found).toMatchObject({ next, mayStop: true });
  });

  it.each(['unproven', unknown, rejected, pending] as const)('or else it pauses: %o', (proof) => {
    const tried = after(sent(unknown), endOf(null), proofOf(proof));
    expect(tried).toMatchObject({ next: pauseOf(500), notices: [], mayStop: false });
  });
});

describe('a pause', () => {
  it('doubles from 500 ms up to 5 s; then a node is asked for the hash before it is sent', () => {
    let step = paused;
    const pauses: NextAct[] = [];
    for (let times = 0; times < 6; times += 1) {
      pauses.push(step.next);
      step = after(step, pauseOver);
      expect(step).toMatchObject({ next: ask('look up'), notices: [], mayStop: true });
      step = after(step, answerTo('look up', unknown));
      expect(step).toMatchObject({ next: ask('send'), notices: [], mayStop: false });
      step = after(step, answerTo('send', pending), endOf(null));
    }
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000].map(pauseOf));
  });

  it.each([
    ['final', final, 'write outcome'],
    ['included', included, 'read final height'],
    ['rejected', rejected, 'read end'],
    ['unknown', unknown, 'ask'],
    ['pending', pending, 'ask'],
  ] as const)('it is sent again only where no node has it: %s', (_kind, answer, kind) => {
    expect(after(paused, pauseOver, answerTo('look up', answer)).next.kind).toBe(kind);
  });

  it('follows an error, which may have come at any time: nothing known before counts', () => {
    for (const step of [sent(final), sent(unknown), inBlock, after(sent(unknown), endOf(null))]) {
      const failed = after(step, { kind: 'failed' });
      expect(failed).toMatchObject({ next: pauseOf(500), notices: [], mayStop: false });
      expect(after(failed, pauseOver).next).toEqual(ask('look up'));
    }
  });
});

describe('in no block', () => {
  const open = (atMs: number, from = sent(pending)) => after(from, atMs, endOf(null));
  const stuck = after(open(31_000), 31_000, heightOf('whether stuck', 115), agreed(115));

  it('asks for no height within 30 s, a noop within two minutes', () => {
    const noop = sent(pending, 105, start({ purpose: 'TOMBSTONE' }));
    const height = readHeight('whether stuck');
    expect([open(30_999).next, open(31_000).next]).toEqual([pauseOf(500), height]);
    expect([open(120_999, noop).next, open(121_000, noop).next]).toEqual([pauseOf(500), height]);
    // Also after a search for a proof.
    const unproven = after(sent(unknown), 31_000, endOf(null), proofOf('unproven'));
    expect(unproven.next).toEqual(height);
  });

  it.each([[null], [114]])('is not stuck while the final height is %s', (height) => {
    const halted = after(open(31_000), 31_000, heightOf('whether stuck', height));
    expect(halted).toMatchObject({ next: pauseOf(500), notices: [] });
    expect(halted.state.absentSinceHeight).toBe(105);
  });

  it.each([[null], [114]])('is not stuck while two nodes agree on %s', (height) => {
    const ahead = after(open(31_000), 31_000, heightOf('whether stuck', 115));
    expect(ahead).toMatchObject({ next: { kind: 'read agreed height' }, mayStop: false });
    const single = after(ahead, agreed(height));
    expect(single).toMatchObject({ next: pauseOf(500), notices: [], state: { isStuck: false } });
    expect(single.state.absentSinceHeight).toBe(105);
  });

  it('once stuck, waits for the same time and blocks again, and may be told in a block again', () => {
    expect(stuck).toMatchObject({
      ...{ next: pauseOf(500), notices: [{ kind: 'stuck', isRejected: false }], mayStop: false },
      state: { isIncluded: false, isStuck: true, absentSinceMs: 31_000, absentSinceHeight: 115 },
    });
    const later = (atMs: number) => open(atMs, after(stuck, pauseOver, answerTo('send', pending)));
    expect(later(60_999).next.kind).toBe('pause');
    const again = after(later(61_000), heightOf('whether stuck', 124));
    expect(again.next.kind).toBe('pause');
    const seen = after(
      ...[stuck, pauseOver, answerTo('look up', included)],
      ...[heightOf('when in a block', 120)],
    );
    expect(seen.notices).toEqual([{ kind: 'included', isEnded: false }]);
    // Whoever takes the lane then need not wait as long again.
    expect(seen.state).toMatchObject({ isIncluded: true, isStuck: true });
  });

  it('remembers that a node has rejected it', () => {
    const refused = after(sent(rejected), 31_000, endOf(null), proofOf('unproven'));
    const told = after(refused, heightOf('whether stuck', 115), agreed(115));
    expect(told.notices).toEqual([{ kind: 'stuck', isRejected: true }]);
  });

  it('a block that is reverted counts as seen until the answer came', () => {
    const reverted = after(inBlock, 20_000, answerTo('wait for final', included));
    const gone = after(
      ...[reverted, 20_500, heightOf('when in a block', 130)],
      ...[30_500, answerTo('wait for final', pending)],
    );
    expect(open(49_999, gone).next.kind).toBe('pause');
    const early = after(open(50_000, gone), heightOf('whether stuck', 139));
    expect(early.next.kind).toBe('pause');
    const late = after(open(50_000, gone), heightOf('whether stuck', 140), agreed(140));
    expect(late.notices).toEqual([{ kind: 'stuck', isRejected: false }]);
    expect(late.state.isIncluded).toBe(false);
  });
});

describe('that no node can say whether it was executed', () => {
  const looking = after(sent(unknown), endOf(null));
  const tried = (from: SettleStep, atMs: number, proof: 'unproven' | TransactionAnswer = pending) =>
    after(from, atMs, proofOf(proof));
  const isTold = ({ notices }: SettleStep) => notices.some(({ kind }) => kind === 'unproven');

  it('is told after ten minutes, then once an hour', () => {
    const first = tried(looking, 5_000);
    expect(first).toMatchObject({ state: { unprovenSinceMs: 5_000 }, notices: [] });
    expect(isTold(tried(first, 604_999))).toBe(false);
    const told = tried(first, 605_000);
    expect(told).toMatchObject({
      ...{ notices: [{ kind: 'unproven' }], mayStop: false },
      next: readHeight('whether stuck'),
    });
    expect(isTold(tried(told, 4_204_999))).toBe(false);
    expect(isTold(tried(told, 4_205_000))).toBe(true);
  });

  it('starts again once it could execute or a node has answered', () => {
    const since = tried(looking, 5_000);
    for (const proof of ['unproven', included, final, unknown, rejected] as const) {
      const other = tried(since, 605_000, proof);
      expect(isTold(other)).toBe(false);
      expect(other.state.unprovenSinceMs).toBeNull();
    }
  });
});

/** What may have come of an act: one of these, by a number. */
function eventsAfter(act: NextAct): SettleEvent[] {
  const heights = [null, 0, 110, 200, 1_000, 2_000, 9_000];
  switch (act.kind) {
    case 'ask':
      return [final, included, included, rejected, unknown, unknown, pending].map((answer) =>
        answerTo(act.question, answer),
      );
    case 'read final height':
      return heights.map((height) => heightOf(act.use, height));
    case 'read agreed height':
      return heights.map(agreed);
    case 'read end':
      return act.isDeclaredDead
        ? [endOf(settled), { kind: 'failed' }]
        : [endOf(null), endOf(null), endOf(null), endOf(null), endOf(settled), { kind: 'failed' }];
    case 'prove':
      return [
        ...(['never', 'unproven', pending, included, final] as const).map(proofOf),
        { kind: 'failed' },
      ];
    case 'declare dead':
      return [{ kind: 'declared dead' }, { kind: 'failed' }];
    case 'write outcome':
      return [endOf(settled), { kind: 'failed' }];
    case 'pause':
      return [pauseOver];
    case 'done':
      return [];
  }
}

interface Course {
  events: SettleEvent[];
  steps: { step: SettleStep; nowMs: number }[];
}

/** A course of events until it is done, or the choices end. */
const courses = fc
  .tuple(
    fc.constantFrom<Partial<StoredTransaction>>({}, { status: 'SENT' }, { purpose: 'TOMBSTONE' }),
    fc.array(
      fc.tuple(fc.nat({ max: 419 }), fc.constantFrom(0, 0, 1, 499, 500, 5_000, 30_000, 700_000)),
      { maxLength: 120, size: 'max' },
    ),
  )
  .map(([transaction, choices]) => {
    let step = start(transaction);
    let nowMs = startMs;
    const course: Course = { events: [], steps: [{ step, nowMs }] };
    for (const [choice, waitMs] of choices) {
      const possible = eventsAfter(step.next);
      const event = possible[choice % possible.length];
      if (!event) break;
      nowMs += waitMs;
      step = settleStep(step.state, event, nowMs);
      course.events.push(event);
      course.steps.push({ step, nowMs });
    }
    return course;
  });

const holds = (check: (course: Course) => void) =>
  fc.assert(fc.property(courses, check), { numRuns: 500, seed: 7 });
const finalIn = (event: SettleEvent | undefined) =>
  (event?.kind === 'answer' && event.answer === final) ||
  (event?.kind === 'proof' && event.proof === final);

describe('for any course of events', () => {
  it('it is told as included before it is done, and once until it is stuck', () => {
    let done = 0;
    holds(({ steps }) => {
      let isIncluded = false;
      for (const { step } of steps) {
        for (const { kind } of step.notices) {
          if (kind === 'included') expect(isIncluded).toBe(false);
          if (kind === 'included' || kind === 'stuck') isIncluded = kind === 'included';
        }
        if (step.next.kind !== 'done') continue;
        expect(isIncluded).toBe(true);
        done += 1;
      }
    });
    expect(done).toBeGreaterThan(100);
  });

  it('it is told as stuck once in 30 s at most, a noop once in two minutes', () => {
    let told = 0;
    holds(({ steps }) => {
      let lastMs = startMs;
      for (const { step, nowMs } of steps) {
        if (!step.notices.some(({ kind }) => kind === 'stuck')) continue;
        const isNoop = step.state.purpose === 'TOMBSTONE';
        expect(nowMs - lastMs).toBeGreaterThanOrEqual(isNoop ? 120_000 : 30_000);
        lastMs = nowMs;
        told += 1;
      }
    });
    expect(told).toBeGreaterThan(20);
  });

  it('only the proof that it never will declares it dead', () => {
    let dead = 0;
    holds(({ events, steps }) => {
      steps.forEach(({ step }, index) => {
        const isDead = step.next.kind === 'declare dead';
        const event = events[index - 1];
        expect(isDead).toBe(event?.kind === 'proof' && event.proof === 'never');
        if (isDead) dead += 1;
      });
    });
    expect(dead).toBeGreaterThan(50);
  });

  it('no proof is looked for after a node has answered that it is pending', () => {
    let proofs = 0;
    holds(({ events, steps }) => {
      let last: TransactionAnswer | null = null;
      steps.forEach(({ step }, index) => {
        const event = events[index - 1];
        if (event?.kind === 'answer') last = event.answer;
        if (step.next.kind !== 'prove') return;
        expect(last).not.toBe(pending);
        proofs += 1;
      });
    });
    expect(proofs).toBeGreaterThan(100);
  });

  it('a final answer is written down, after the first height', () => {
    let written = 0;
    holds(({ events, steps }) => {
      steps.forEach(({ step }, index) => {
        // The first answer waits for the height.
        const isFirst = index === 2;
        const isFinal = finalIn(events[index - 1]) || (isFirst && finalIn(events[0]));
        if (index !== 1) expect(step.next.kind === 'write outcome').toBe(isFinal);
        if (step.next.kind === 'write outcome') written += 1;
      });
    });
    expect(written).toBeGreaterThan(100);
  });

  it('a process stops only before a node or the ledger is asked anew, or an outcome is written', () => {
    holds(({ steps }) => {
      for (const { step } of steps) {
        if (!step.mayStop) continue;
        const { next } = step;
        const isNewRound =
          next.kind === 'write outcome' ||
          (next.kind === 'read end' && !next.isDeclaredDead) ||
          (next.kind === 'read final height' && next.use === 'when in a block') ||
          (next.kind === 'ask' && next.question === 'look up');
        expect(isNewRound).toBe(true);
      }
    });
  });
});
