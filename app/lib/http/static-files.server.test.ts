import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveClientFiles } from './static-files.server.ts';

const folder = mkdtempSync(join(tmpdir(), 'choonsim-files-'));
let server: Server;
let url: string;

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'));
  mkdirSync(join(folder, '.vite'));
  writeFileSync(join(folder, 'assets/page.js'), 'const built = 1;');
  writeFileSync(join(folder, 'assets/page.js.br'), brotliCompressSync('const built = 1; // br'));
  writeFileSync(join(folder, 'assets/page.js.gz'), gzipSync('const built = 1; // gz'));
  writeFileSync(join(folder, 'favicon.svg'), '<svg/>');
  writeFileSync(join(folder, '.vite/manifest.js'), 'secret');
  server = createServer(express().use(serveClientFiles(folder)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

async function get(path: string, encoding: string) {
  const answer = await fetch(`${url}${path}`, { headers: { 'Accept-Encoding': encoding } });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

test.each([
  ['br, gzip', 'br', 'const built = 1; // br'],
  // As Chromium does.
  ['gzip, deflate, br, zstd', 'br', 'const built = 1; // br'],
  ['gzip', 'gzip', 'const built = 1; // gz'],
  ['identity', null, 'const built = 1;'],
])('the build’s own files are served to who accepts %s', async (accepted, encoding, text) => {
  const answer = await get('/assets/page.js', accepted);
  expect(answer.headers.get('content-encoding')).toBe(encoding);
  expect(answer.headers.get('cache-control')).toContain('immutable');
  expect(answer.headers.get('vary')).toContain('Accept-Encoding');
  expect(answer.text).toBe(text);
});

test('a file that the build did not compress is compressed here', async () => {
  const answer = await get('/favicon.svg', 'br');
  expect([answer.headers.get('content-encoding'), answer.text]).toEqual(['br', '<svg/>']);
  expect(answer.headers.get('cache-control')).not.toContain('immutable');
});

test.each(['/.vite/manifest.js', '/assets/page.js.br', '/../package.json'])(
  '%s is not served',
  async (path) => {
    expect((await get(path, 'br')).status).toBe(404);
  },
);
