import { UNSAFE_ErrorResponseImpl as ErrorResponse } from 'react-router';
import { expect, test } from 'vitest';
import { kindOfError } from './ErrorPage.tsx';

test.each([
  [503, 'BUSY', 'busy'],
  [500, 'FAILED', 'broken'],
  [502, '<html>Bad Gateway</html>', 'lost'],
  [503, null, 'lost'],
  [404, null, 'not-found'],
])('an answer %i with %s is told as %s', (status, data, kind) => {
  expect(kindOfError(new ErrorResponse(status, '', data))).toBe(kind);
});
