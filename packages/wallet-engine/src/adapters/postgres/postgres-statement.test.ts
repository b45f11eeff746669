import { describe, expect, it } from 'vitest';
import { readPostgresValue } from './postgres-database.ts';
import { translatePostgresError } from './postgres-errors.ts';
import { toPostgres } from './postgres-statement.ts';

describe('a statement for PostgreSQL', () => {
  it('has a typed placeholder per name, and null in its text', () => {
    expect(
      toPostgres({
        sql: `UPDATE "T" SET "a" = :now, "b" = :none, "c" = ':now' WHERE "d" = :id AND "e" < :now`,
        params: { now: 5, none: null, id: `x'); DROP TABLE "T"; --` },
      }),
    ).toEqual({
      text: `UPDATE "T" SET "a" = CAST($1 AS bigint), "b" = NULL, "c" = ':now' WHERE "d" = CAST($2 AS text) AND "e" < CAST($1 AS bigint)`,
      values: [5, `x'); DROP TABLE "T"; --`],
    });
  });

  it('throws for a name without a value', () => {
    expect(() => toPostgres({ sql: 'SELECT :missing', params: {} })).toThrow(':missing');
  });
});

describe('a value of PostgreSQL', () => {
  it('is what SQLite would return, and never an inexact number', () => {
    expect([
      readPostgresValue(20, '12'),
      readPostgresValue(16, 't'),
      readPostgresValue(16, 'f'),
    ]).toEqual([12, 1, 0]);
    expect(readPostgresValue(25, '12')).toBe('12');
    expect(() => readPostgresValue(20, '9007199254740993')).toThrow('too large to be exact');
  });
});

describe('an error of PostgreSQL', () => {
  const failed = (fields: object) => Object.assign(new Error('the database'), fields);

  it.each([
    [{ code: '23502', table: 'T', column: 'c' }, 'NOT NULL', 'T.c'],
    [{ code: '23505', table: 'T', constraint: 'T_c_unique' }, 'UNIQUE', 'T.c'],
    [{ code: '23505', table: 'T', constraint: 'T_pkey' }, 'UNIQUE', 'T_pkey'],
    [{ code: '23514', table: 'T', constraint: 'T_c_check' }, 'CHECK', 'T_c_check'],
    [{ code: '23503', table: 'T', constraint: 'T_c_fkey' }, 'FOREIGN KEY', 'T_c_fkey'],
  ])('%j names its constraint', (fields, constraint, subject) => {
    expect(translatePostgresError(failed(fields))).toMatchObject({ constraint, subject });
  });

  const away = [
    '08006',
    '28P01',
    '3D000',
    '53100',
    '53300',
    '55000',
    '57P01',
    '58030',
    'ECONNREFUSED',
  ];
  const undone = ['25006', '40001', '40P01', '55P03', '57014'];
  it.each([...away, ...undone])('%s is DATABASE_BUSY, with its reason', (code) => {
    expect(translatePostgresError(failed({ code }))).toMatchObject({
      code: 'DATABASE_BUSY',
      message: 'the database does not answer: the database',
    });
  });

  it.each(['42601', '42P01', '22003'])('%s is not translated: waiting does not fix it', (code) => {
    const error = failed({ code });
    expect(translatePostgresError(error)).toBe(error);
  });
});
