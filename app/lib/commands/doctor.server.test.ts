import { describe, expect, it } from 'vitest';
import { examineBackup } from './doctor.server.ts';

const nowMs = 1_800_000_000_000;
const hoursAgo = (hours: number) => nowMs - hours * 3_600_000;

describe('the age of the newest backup', () => {
  it.each([
    ['without a deployment', true, null],
    ['after a daily backup', true, hoursAgo(26)],
    ['in development', false, hoursAgo(1_000)],
  ])('is no finding %s', (_when, isExposed, backedUpAtMs) => {
    expect(examineBackup({ isExposed, backedUpAtMs, nowMs })).toEqual([]);
  });

  it('is a warning when a daily backup is missing', () => {
    const found = examineBackup({ isExposed: true, backedUpAtMs: hoursAgo(30), nowMs });
    expect(found).toMatchObject([
      { severity: 'warning', code: 'BACKUP_OLD', message: expect.stringContaining('30 hours') },
    ]);
  });
});
