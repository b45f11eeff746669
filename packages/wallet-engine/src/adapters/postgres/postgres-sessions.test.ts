import { spawnSync } from 'node:child_process';
import { chownSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type PostgresServer,
  postgresServerMissing,
  startPostgresServer,
} from '../../testing/postgres-server.ts';
import { createPgSessions } from './pg-sessions.ts';

const missing = postgresServerMissing();

describe.skipIf(missing)('sessions of a PostgreSQL server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgresServer();
  }, 60_000);
  afterAll(() => server?.stop());

  const sessionsOf = (url: string) =>
    createPgSessions({
      ...{ url, applicationName: 'test', mostConnections: 1, onError: () => undefined },
    });
  const ask = async (url: string): Promise<unknown> => {
    const sessions = sessionsOf(url);
    try {
      return await sessions.use(async (session) => {
        const text = 'SELECT "ssl"::int AS "ssl" FROM "pg_stat_ssl" WHERE "pid" = pg_backend_pid()';
        return (await session.query({ text, values: [] }))[0]?.ssl;
      });
    } finally {
      await sessions.close();
    }
  };

  it('name a prepared statement by its text, the same in every process', async () => {
    const sessions = sessionsOf(server.url);
    const names = await sessions.use(async (session) => {
      await session.query({ text: 'SELECT 1 AS "one"', values: [] });
      return session.query({
        text: `SELECT "name" FROM "pg_prepared_statements" WHERE "statement" = 'SELECT 1 AS "one"'`,
        values: [],
      });
    });
    await sessions.close();
    expect(names).toEqual([{ name: expect.stringMatching(/^choonsim_\d+_[\w-]{43}$/) }]);
  });

  describe('with a certificate of an own authority', () => {
    let authority: string;
    let otherAuthority: string;
    beforeAll(async () => {
      const folder = server.dataFolder;
      const { uid, gid } = statSync(folder);
      const openssl = (...args: string[]) => {
        const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
        if (status !== 0) throw new Error(`openssl: ${stderr}`);
      };
      const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
      for (const name of ['ca', 'other']) {
        const files = ['-keyout', `${name}.key`, '-out', `${name}.crt`];
        openssl('req', '-x509', ...newKey, ...files, '-subj', `/CN=${name}`, '-days', '2');
      }
      const request = ['-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=db'];
      openssl('req', ...newKey, ...request);
      writeFileSync(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1,DNS:db.example.org\n');
      const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
      const certificate = ['-in', 'server.csr', '-out', 'server.crt', '-extfile', 'names'];
      openssl('x509', '-req', ...certificate, ...signing);
      for (const name of ['server.key', 'server.crt']) chownSync(join(folder, name), uid, gid);
      [authority, otherAuthority] = [join(folder, 'ca.crt'), join(folder, 'other.crt')];
      expect(readFileSync(authority, 'utf8')).toContain('CERTIFICATE');
    });
    const full = (ca: string, host = '127.0.0.1') => {
      const url = new URL(server.url);
      url.hostname = host;
      return `${url.href}?sslmode=verify-full&sslrootcert=${encodeURIComponent(ca)}`;
    };

    it('a server without TLS is refused', async () => {
      await expect(ask(full(authority))).rejects.toThrow('does not support SSL');
      expect(await ask(server.url)).toBe(0);
    });

    it('its name and authority are checked', async () => {
      await server.query('ALTER SYSTEM SET ssl = on');
      await server.query('SELECT pg_reload_conf()');
      await expect.poll(() => ask(full(authority)).catch(String), { timeout: 10_000 }).toBe(1);
      await expect(ask(full(otherAuthority))).rejects.toMatchObject({
        code: expect.stringMatching(/^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO)/),
      });
      await expect(ask(full(authority, 'localhost'))).rejects.toMatchObject({
        code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      });
      await expect(ask(`${server.url}?sslmode=verify-full`)).rejects.toMatchObject({
        code: expect.stringMatching(/^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO)/),
      });
    });
  });
});
