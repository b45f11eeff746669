import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDevelopmentServer } from './development-server.ts';

const root = join(import.meta.dirname, '..');
const secret = 'only-in-the-files-of-this-test';

/** Inside the project, as the default folder is, beside sources, and somewhere else. */
const folders = {
  hidden: mkdtempSync(join(root, '.data-')),
  inSources: mkdtempSync(join(root, 'app/data-')),
  outside: mkdtempSync(join(tmpdir(), 'choonsim-dev-')),
};
const names = ['choonsim.db', 'wallet-encryption-keys', 'better-auth-secret', 'notes.txt', 'k.ts'];
const environmentFile = join(root, '.env.of-a-test');

let server: Server;
let close: () => Promise<void>;

beforeAll(async () => {
  for (const folder of Object.values(folders)) {
    for (const name of names) writeFileSync(join(folder, name), `export default '${secret}'`);
    mkdirSync(join(folder, 'deeper'));
    writeFileSync(join(folder, 'deeper/a.json'), JSON.stringify({ secret }));
  }
  writeFileSync(environmentFile, `BETTER_AUTH_SECRET=${secret}\n`);
  server = createServer();
  const hidden = Object.values(folders);
  const { vite, middlewares } = await createDevelopmentServer({ root, server, hidden });
  server.on('request', (incoming, response) =>
    middlewares(incoming, response, () => response.writeHead(299).end('the app')),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = async () => {
    await vite.close();
    await new Promise((resolve) => server.close(resolve));
  };
}, 120_000);

afterAll(async () => {
  await close?.();
  for (const folder of Object.values(folders)) rmSync(folder, { recursive: true });
  rmSync(environmentFile);
}, 60_000);

/** Without what a URL parser would tidy up. */
function get(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers, method }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    sent.once('error', reject).end();
  });
}

const dotted = (text: string) => text.replaceAll('.', '%2e');
const encoded = (text: string) =>
  [...text].map((sign) => (sign === '/' ? '/' : `%${sign.charCodeAt(0).toString(16)}`)).join('');
const spellings: ((path: string) => string)[] = [
  (path) => path,
  dotted,
  encoded,
  (path) => encoded(path).replaceAll('%', '%25'),
  (path) => path.replaceAll('/', '%2f').replace('%2f', '/'),
  (path) => path.replaceAll('/', '//'),
  (path) => path.replace(/\/([^/]+)$/, '\\$1'),
  (path) => `/app/..${path}`,
  (path) => `/app/%2e%2e${path}`,
  (path) => `/app/..%2f${path.slice(1)}`,
  (path) => `/node_modules/../${path}`,
  (path) => `/./${path}`,
  (path) => `/@fs${root}${path}`,
  (path) => `/@fs//${root}${path}`,
  (path) => `/@fs${root}/app/..${path}`,
  (path) => `/@fs${encoded(root + path)}`,
  (path) => `/@id${root}${path}`,
  (path) => `/@id/${root}${path}`,
  (path) => `/@id/@fs${root}${path}`,
  (path) => `/@id/__x00__${root}${path}`,
  (path) => `/@id/.${path}`,
  (path) => `${root}${path}`,
  (path) => `${path}%00`,
  (path) => `${path}/`,
];
const queries = ['', '?raw', '?import', '?raw&import', '?import&raw&url', '?url', '?inline'];
const more = ['?url&inline&import', '?init', '?worker', '?.svg', '?raw??', '?t=1&raw', '#x?raw'];

describe('the development server', { timeout: 240_000 }, () => {
  it('serves what the pages are made of', async () => {
    expect((await get('/app/root.tsx')).status).toBe(200);
    expect((await get('/@vite/client')).status).toBe(200);
    expect((await get('/favicon.svg')).status).toBe(200);
    expect((await get('/home')).status).toBe(299);
    expect((await get('/chat/abc?x=1')).status).toBe(299);
  });

  it('gives out neither data nor secrets, however they are asked for', async () => {
    const inRoot = (folder: string) => folder.slice(root.length);
    const paths = [
      ...names.map((name) => `${inRoot(folders.hidden)}/${name}`),
      `${inRoot(folders.hidden)}/deeper/a.json`,
      `${inRoot(folders.inSources)}/wallet-encryption-keys`,
      `${inRoot(folders.inSources)}/k.ts`,
      environmentFile.slice(root.length),
    ];
    const told: string[] = [];
    for (const path of paths) {
      for (const spell of spellings) {
        for (const query of [...queries, ...more]) {
          const url = `${spell(path)}${query}`;
          const { status, body } = await get(url);
          if (body.includes(secret) || status === 200) told.push(`${status} ${url}`);
        }
      }
    }
    expect(told).toEqual([]);
  });

  it('gives out nothing else of the machine', async () => {
    const told: string[] = [];
    const places = [
      ...names.map((name) => join(folders.outside, name)),
      '/etc/passwd',
      '/proc/self/environ',
    ];
    for (const place of places) {
      for (const prefix of ['', '/@fs', '/@fs/', '/@id', '/@id/', '/app/../../../../..', '//']) {
        for (const query of queries) {
          const { status, body } = await get(`${prefix}${place}${query}`);
          if (body.includes(secret) || /root:|PATH=/.test(body) || status === 200) {
            told.push(`${status} ${prefix}${place}${query}`);
          }
        }
      }
    }
    expect(told).toEqual([]);
  });

  it.each([
    '/package.json',
    '/compose.yaml',
    '/.git/HEAD',
    '/.gitignore',
    '/packages/near-devnet/src/rules/genesis.ts',
  ])('keeps %s to itself', async (path) => {
    for (const query of queries) expect((await get(path + query)).status).toBe(404);
  });

  it('answers no other origin and no other name', async () => {
    const origins = ['http://localhost:5555', 'http://evil.example', 'null', 'http://127.0.0.1:1'];
    for (const origin of origins) {
      for (const method of ['GET', 'OPTIONS']) {
        const { headers } = await get('/app/root.tsx', { origin }, method);
        expect(headers).not.toHaveProperty('access-control-allow-origin');
      }
    }
    const rebound = await get('/app/root.tsx', { host: 'evil.example' });
    expect(rebound.status).toBe(403);
    expect(rebound.body).not.toContain('import');
  });

  it('starts no editor', async () => {
    expect((await get(`/__open-in-editor?file=${root}/package.json`)).status).toBe(404);
  });
});
