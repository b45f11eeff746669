import { afterEach, expect, test } from 'vitest';
import { catchLog } from '../../../tests/broken-database.ts';
import { forget } from '../remember.server.ts';
import { DatabaseBusyError } from './database-error.server.ts';
import { logFailure } from './log-failure.server.ts';

afterEach(() => forget(['log', 'outage log']));

const readLines = () => {
  const lines = catchLog();
  return () => lines.map((line) => JSON.parse(line));
};

test('an outage of the database is one line a minute without a stack, whatever failed', () => {
  const read = readLines();
  const cause = new DatabaseBusyError({ cause: new Error('database or disk is full') });
  const error = new Error('Failed query', { cause });
  for (let request = 0; request < 500; request += 1) {
    logFailure({ error, message: 'request failed', path: '/chat' }, request * 100);
  }
  logFailure({ error, message: 'request failed' }, 60_000);
  expect(read()).toMatchObject([
    { level: 40, code: 'DATABASE_BUSY', failed: 1, first: 'request failed', path: '/chat' },
    { level: 40, code: 'DATABASE_BUSY', failed: 500, reason: 'database or disk is full' },
  ]);
  expect(JSON.stringify(read())).not.toContain('stack');
});

test('any other error is logged each time, with its fields', () => {
  const read = readLines();
  const error = new Error('no such table');
  logFailure({ error, message: 'request failed', path: '/chat' }, 0);
  logFailure({ error, message: 'live wallet states could not be read', level: 'warn' }, 1);
  expect(read()).toMatchObject([
    { level: 50, msg: 'request failed', path: '/chat', err: { message: 'no such table' } },
    { level: 40, msg: 'live wallet states could not be read' },
  ]);
});
