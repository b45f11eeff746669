import { expect, test } from 'vitest';
import { DataError, explainDataError } from './data-errors.ts';

const failed = (code: string) =>
  Object.assign(new Error(`${code}: failed, write`), { code, syscall: 'write' });

test.each([
  ['ENOSPC', 'The disk is full'],
  ['EDQUOT', 'The disk is full'],
  ['EACCES', 'may not write to /data (EACCES)'],
  ['EROFS', 'may not write to /data (EROFS)'],
  ['EIO', 'cannot keep its chain in /data: EIO: failed, write'],
])('%s has a clear message', (code, sentence) => {
  const error = explainDataError(failed(code), '/data');
  expect(error).toBeInstanceOf(DataError);
  expect(error).toHaveProperty('message', expect.stringContaining(sentence));
});

test('any other error is returned unchanged', () => {
  const error = new TypeError('a mistake of ours');
  expect(explainDataError(error, '/data')).toBe(error);
});
