import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { spawnNpm } from './app-server.ts';
import { expect, test } from './test.ts';

/** Files and folders with their modes. */
function filesOf(folder: string): [name: string, mode: string][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]);
}

test('only the owner can read database, backups, secrets and the devnet’s journal', async ({
  server,
}) => {
  const dataDir = dirname(server.databaseFile);
  const env = { DATA_DIR: dataDir, DEVNET_PORT: String(server.devnetPort) };
  const backup = spawnNpm(['run', 'wallet', '--', 'backup', join(dataDir, 'copy.db')], env);
  expect((await once(backup, 'exit'))[0]).toBe(0);
  const files = filesOf(dataDir);
  const names = ['better-auth-secret', 'choonsim.db', 'choonsim.db-wal', 'copy.db', 'devnet/head'];
  expect(files.map(([name]) => name)).toEqual(expect.arrayContaining(names));
  expect(files.filter(([, mode]) => !/00$/.test(mode))).toEqual([]);
  expect(Object.fromEntries(files)['choonsim.db']).toBe('600');
});
