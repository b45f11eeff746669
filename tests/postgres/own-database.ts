import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject, vi } from 'vitest';
import type * as Env from '../../app/lib/settings/env.server.ts';

const server = inject('postgresUrl');
const name = `test_${randomUUID().replaceAll('-', '')}`;
const client = new pg.Client({ connectionString: server });
await client.connect();
await client.query(`CREATE DATABASE "${name}"`);
await client.end();
const url = new URL(server);
url.pathname = `/${name}`;

/** A test that names no database uses the one of its file. */
vi.mock('../../app/lib/settings/env.server.ts', async (load) => {
  const env = await load<typeof Env>();
  const configureEnvironment: typeof Env.configureEnvironment = (source, tools) =>
    env.configureEnvironment({ DATABASE_URL: url.href, ...source }, tools);
  return { ...env, configureEnvironment };
});
