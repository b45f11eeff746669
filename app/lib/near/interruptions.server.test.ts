import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loader } from '../../routes/readyz.ts';
import { readFigures } from '../admin/figures.server.ts';
import { initCronJobs } from '../cron.server.ts';
import { closeDatabase, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-interrupted-'));
/** A node that answers nothing but errors. */
const node = createServer((_request, response) => void response.writeHead(503).end());
let engine: Awaited<ReturnType<typeof initCronJobs>> | null = null;

beforeAll(async () => {
  await new Promise<void>((resolve) => node.listen(0, '127.0.0.1', resolve));
  const { port } = node.address() as AddressInfo;
  configureEnvironment({
    ...{ DATA_DIR: dataDir, LOG_LEVEL: 'silent', NEAR_NODE_URL: `http://127.0.0.1:${port}` },
  });
  await migrateDatabase();
});
afterAll(async () => {
  await engine?.stop();
  closeDatabase();
  node.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const told = async () => (await loader()).json();

test('what interrupts this process alone is told by /readyz, with its remedy, and to admins', async () => {
  expect(await told()).toMatchObject({ status: 'ready', paused: null, remedy: null });
  engine = await initCronJobs();
  await vi.waitFor(
    async () => expect(await told()).toMatchObject({ status: 'ready', paused: 'NODE_UNREACHABLE' }),
    { timeout: 15_000, interval: 100 },
  );
  expect(await told()).toMatchObject({
    since: null,
    remedy: expect.stringContaining('NEAR_NODE_URL'),
  });
  expect(await readFigures()).toMatchObject({
    pauseReason: null,
    interruptedBy: 'NODE_UNREACHABLE',
  });
});
