import { describe, expect, it } from 'vitest';
import { type PauseReason, type ProcessErrorCode, ServiceError } from '../core/errors.ts';
import {
  afterServiceError,
  closedBecause,
  type GateKnowledge,
  isProbeDue,
  isTreasuryDue,
  isUnwatched,
  lossesHiddenForMs,
  opennessOf,
} from './gate-decisions.ts';
import { interruptedBy } from './interruption.ts';

const nowMs = 1_000_000;
const met: GateKnowledge = { isMet: true, interruption: null, pauseReason: null };
const unreachable = new ServiceError('NODE_UNREACHABLE', '');
const broken = { ...met, interruption: interruptedBy(unreachable, { before: null, nowMs }) };

it.each<[known: Partial<GateKnowledge>, openness: string, reason: string | null]>([
  [{}, 'open', null],
  [{ isMet: false }, 'closed', 'CHAIN_NOT_MET'],
  [{ pauseReason: 'OPERATOR' }, 'settling-only', 'OPERATOR'],
  [{ interruption: broken.interruption }, 'closed', 'NODE_UNREACHABLE'],
  [{ isMet: false, interruption: broken.interruption }, 'closed', 'NODE_UNREACHABLE'],
  // Everybody's reason is reported before this process's own.
  [{ pauseReason: 'WRONG_CHAIN', interruption: broken.interruption }, 'closed', 'WRONG_CHAIN'],
])('knowing %j the gate is %s, because of %s', (known, openness, reason) => {
  const knowledge = { ...met, ...known };
  expect([opennessOf(knowledge), closedBecause(knowledge)]).toEqual([openness, reason]);
});

describe('an error of the service', () => {
  const interrupt = { step: 'interrupt', refusal: null, isNew: true };
  it.each<[code: PauseReason | ProcessErrorCode, known: GateKnowledge, atMs: number, step: object]>(
    [
      ['SIGNING_PAUSED', met, nowMs, { step: 'nothing' }],
      ['SIGNED_ELSEWHERE', broken, nowMs, { step: 'nothing' }],
      ['WRONG_CHAIN', met, nowMs, { step: 'pause everybody', reason: 'WRONG_CHAIN' }],
      ['WRONG_CHAIN', broken, nowMs, { step: 'pause everybody', reason: 'WRONG_CHAIN' }],
      // Only this process is in doubt before it has met the right chain.
      ['WRONG_CHAIN', { ...met, isMet: false }, nowMs, { ...interrupt, refusal: 'WRONG_CHAIN' }],
      ['NODE_UNREACHABLE', met, nowMs, interrupt],
      ['NODE_UNREACHABLE', { ...met, isMet: false }, nowMs, interrupt],
      ['NODE_UNREACHABLE', broken, nowMs + 999, { ...interrupt, isNew: false }],
      ['NODE_UNREACHABLE', broken, nowMs + 1_000, interrupt],
    ],
  )('%s is followed by its step (%#)', (code, known, atMs, step) => {
    expect(afterServiceError(new ServiceError(code, ''), known, atMs)).toEqual(step);
  });
});

it.each<[reason: PauseReason, sinceProbeMs: number, isDue: boolean]>([
  ['TREASURY_NEAR_LOW', 1_999, false],
  ['TREASURY_NEAR_LOW', 2_000, true],
  ['OPERATOR', 60_000, false],
  ['DATABASE_BEHIND_CHAIN', 60_000, false],
])('%s is probed %d ms after the last probe: %s', (reason, sinceProbeMs, isDue) => {
  expect(isProbeDue(reason, { probedAtMs: nowMs - sinceProbeMs, nowMs })).toBe(isDue);
});

it.each<[readAgoMs: number | null, askedAgoMs: number | null, isDue: boolean]>([
  [null, null, true],
  [7_000, null, false],
  [7_001, null, true],
  // Read in the future, by a wrong clock.
  [-7_001, null, true],
  // It did ask, and the reading has not arrived.
  [7_001, 7_000, false],
  // Without any reading nothing may be signed.
  [null, 7_000, true],
  [7_001, 7_001, true],
])('a treasury read %s ms ago, and asked for %s ms ago, is read: %s', (read, asked, isDue) => {
  const before = (agoMs: number | null) => (agoMs === null ? null : nowMs - agoMs);
  const due = isTreasuryDue({ readAtMs: before(read), askedAtMs: before(asked), nowMs });
  expect(due).toBe(isDue);
});

it.each([
  [5_000, 'is the same'],
  [5_001, 'may be another'],
  // The clock was set back.
  [-5_001, 'may be another'],
])('a database compared %d ms after the last time %s', (gapMs, which) => {
  const mayBeAnother = isUnwatched({ comparedAtMs: nowMs - gapMs, nowMs });
  expect(mayBeAnother).toBe(which === 'may be another');
});

it.each([
  [null, 0],
  [0, 10_000],
  [9_999, 1],
  [10_000, 0],
  [60_000, 0],
])('losses of a database that came back %s ms ago are hidden for %d ms', (agoMs, hiddenMs) => {
  const backAtMs = agoMs === null ? null : nowMs - agoMs;
  expect(lossesHiddenForMs({ backAtMs, nowMs })).toBe(hiddenMs);
});
