import { expect, it } from 'vitest';
import { isSqliteUnavailable } from './sqlite-errors.ts';

it.each([
  ['SQLITE_BUSY_SNAPSHOT', true],
  ['SQLITE_FULL', true],
  ['SQLITE_IOERR_WRITE', true],
  ['SQLITE_READONLY_DBMOVED', true],
  ['SQLITE_CANTOPEN', true],
  ['SQLITE_CONSTRAINT_UNIQUE', false],
  ['SQLITE_ERROR', false],
  ['SQLITE_CORRUPT', false],
])('%s: the database cannot be used at the moment: %s', (code, isUnavailable) => {
  expect(isSqliteUnavailable(Object.assign(new Error('no'), { code }))).toBe(isUnavailable);
});
