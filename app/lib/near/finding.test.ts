import { expect, test } from 'vitest';
import { pauseReasons, processErrorCodes } from '#engine/core/errors.ts';
import { wordFinding } from './finding.ts';
import { remedyOf } from './remedies.ts';

const found = { severity: 'error', about: null, kind: null, message: 'what was seen' } as const;

test('every reason to pause has a remedy, and errors that time does not heal', () => {
  for (const reason of pauseReasons) expect(remedyOf(reason), reason).toMatch(/\w.*\.$/);
  const timeHeals = ['CHAIN_NOT_MET', 'DATABASE_BUSY', 'SIGNING_PAUSED', 'SIGNED_ELSEWHERE'];
  const without = processErrorCodes.filter((code) => remedyOf(code) === null);
  expect(without).toEqual(timeHeals);
  expect(remedyOf('constructor')).toBeNull();
});

test('a finding names our variable and what to do', () => {
  const low = { ...found, code: 'SPEND_LIMIT_TOO_LOW', about: 'spendLimitDayTokens' } as const;
  expect(wordFinding(low)).toEqual({
    severity: 'error',
    code: 'SPEND_LIMIT_TOO_LOW',
    variable: 'WALLET_SPEND_LIMIT_DAY_CHOCO',
    message: 'what was seen',
    remedy: 'Raise the limit, or remove it.',
  });
  const remedy = (code: string, kind: string | null = null) =>
    wordFinding({ ...found, code, kind }).remedy;
  expect(remedy('PAUSED_DATABASE_BEHIND_CHAIN')).toContain('npm run wallet -- reconcile');
  expect(remedy('DATABASE_BEHIND_CHAIN')).toContain('npm run wallet -- reconcile');
  expect(remedy('MASTER_KEY_CHANGED')).toContain('WALLET_ENCRYPTION_KEYS');
  expect(remedy('NODE_UNREACHABLE', 'rate-limited')).toContain('more calls');
  expect(remedy('NODE_UNREACHABLE', 'of-a-newer-kind')).toContain('no NEAR node, or a broken one');
  expect(remedy('NODE_UNREACHABLE', 'asked')).toContain('Run doctor again');
});
