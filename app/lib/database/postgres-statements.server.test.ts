import { expect, test } from 'vitest';
import { numbered } from './postgres-statements.server.ts';

test('places of parameters are numbered and have types; null stands in the text', () => {
  expect(numbered('select ?, ? where "a" = ? and "b" is ?', [1, null, 'x', 2])).toEqual({
    text: 'select CAST($1 AS bigint), NULL where "a" = CAST($2 AS text) and "b" is CAST($3 AS bigint)',
    values: [1, 'x', 2],
  });
});

test('a question mark in a name or a text is no place', () => {
  expect(numbered(`select "what?", 'why? it''s?' where "a" = ?`, ['?'])).toEqual({
    text: `select "what?", 'why? it''s?' where "a" = CAST($1 AS text)`,
    values: ['?'],
  });
});

test('a function has its other name', () => {
  expect(numbered('instr(lower("content"), ?) > 0', ['봄']).text).toBe(
    'strpos(lower("content"), CAST($1 AS text)) > 0',
  );
});

test('what no column takes, and a wrong number of parameters, is refused', () => {
  expect(() => numbered('select ?', [true])).toThrow('neither text nor a number: boolean');
  expect(() => numbered('select ?', [])).toThrow('neither text nor a number: undefined');
  expect(() => numbered('select 1', [1])).toThrow(
    'the number of parameters and placeholders differs',
  );
});
