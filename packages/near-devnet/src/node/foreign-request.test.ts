import { describe, expect, test } from 'vitest';
import { findForeigner } from './foreign-request.ts';

describe('request headers', () => {
  test.each([
    {},
    { host: '127.0.0.1:3030' },
    { host: 'localhost' },
    { host: '[::1]:4000', origin: 'http://localhost:5173' },
    { host: 'localhost:3030', origin: 'https://[::1]:9' },
    { host: 'app.localhost:3030', origin: 'http://127.0.0.2' },
  ])('%j is accepted', (headers) => {
    expect(findForeigner(headers, [])).toBeNull();
  });

  test.each([
    { host: 'evil.example:3030' },
    { host: 'localhost.evil.example' },
    { host: '127.0.0.1.evil.example' },
    { host: '127.0.0.1@evil.example' },
    { host: '192.168.1.5:3030' },
    { host: '' },
    { host: 'localhost:3030', origin: 'https://evil.example' },
    { host: 'localhost:3030', origin: 'null' },
    { host: 'localhost:3030', origin: 'file://' },
    { host: 'localhost:3030', origin: 'https://localhost.evil.example' },
  ])('%j is rejected', (headers) => {
    expect(findForeigner(headers, [])).toMatch(/refuses the (host|origin)/);
  });

  test('allowedHosts accepts a name, or all with *', () => {
    const headers = { host: 'devnet:3030', origin: 'http://app:3000' };
    expect(findForeigner(headers, ['devnet'])).toContain('--allow-host app');
    expect(findForeigner(headers, ['devnet', 'app'])).toBeNull();
    expect(findForeigner({ ...headers, origin: 'null' }, ['*'])).toBeNull();
  });
});
