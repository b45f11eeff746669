import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { postgresServerMissing, startPostgresServer } from '#engine/testing/postgres-server.ts';
import { closeDatabase, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { startMetricsListener } from './metrics-listener.server.ts';

test.skipIf(postgresServerMissing())(
  'a probe of a worker’s health opens no connection',
  async () => {
    const server = await startPostgresServer();
    const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-metrics-'));
    onTestFinished(async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true });
    });
    await server.query('CREATE DATABASE "probed"');
    configureEnvironment({
      DATABASE_URL: server.url.replace(/postgres$/, 'probed'),
      DATA_DIR: dataDir,
      LOG_LEVEL: 'silent',
    });
    await migrateDatabase();
    const listener = await startMetricsListener({ port: 0, token: null });
    onTestFinished(() => {
      listener.close();
      closeDatabase();
    });
    const sessions = async () => {
      const [row] = await server.query(
        `SELECT "sessions" FROM "pg_stat_database" WHERE "datname" = 'probed'`,
      );
      return Number(row?.sessions);
    };
    const before = await sessions();
    for (let probes = 0; probes < 5; probes += 1) {
      expect((await fetch(`http://127.0.0.1:${listener.port}/healthz`)).status).toBe(200);
    }
    expect(await sessions()).toBe(before);
  },
  90_000,
);
