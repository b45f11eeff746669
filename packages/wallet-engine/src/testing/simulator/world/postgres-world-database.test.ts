import { beforeEach, describe, expect, it } from 'vitest';
import type { SqlStatement } from '../../../adapters/sql/sql-database.ts';
import { simulate } from '../simulation.ts';
import { PostgresWorldDatabase } from './postgres-world-database.ts';
import type { LinkFault } from './world-database.ts';

const startLimitMs = 60_000;
let database: PostgresWorldDatabase;
beforeEach(async () => {
  database = await PostgresWorldDatabase.open();
}, startLimitMs);

const addUser = (id: string): SqlStatement => ({
  sql: `INSERT INTO "User" ("id", "name", "email", "createdAt", "updatedAt")
    VALUES (:id, :id, :id, 0, 0)`,
  params: { id },
});
const names = () => database.rows<{ id: string }>('SELECT "id" FROM "User"').map(({ id }) => id);

/** A connection that meets this fault, once, at its `at`th message. */
function faultyAt(at: number, fault: LinkFault, resumed: Promise<void> = Promise.resolve()) {
  let sent = 0;
  return database.connect({
    meet: () => {
      sent += 1;
      return sent === at ? fault : 'none';
    },
    resumed: () => resumed,
  });
}

/** BEGIN, two statements, COMMIT. */
const writeTwo = (connection: ReturnType<typeof faultyAt>) =>
  connection.write([addUser('ann'), addUser('bob')]);

describe('the PostgreSQL of a simulation', { timeout: startLimitMs }, () => {
  it.each([1, 2, 3, 4])(
    'rolls back the transaction of a process that crashes at message %i',
    async (at) => {
      let isSettled = false;
      void writeTwo(faultyAt(at, 'crashed')).finally(() => {
        isSettled = true;
      });
      await database.connect(null).write([addUser('cleo')]);
      expect(names()).toEqual(['cleo']);
      expect(isSettled).toBe(false);
    },
  );

  it('keeps the commit of a process that crashes before the answer', async () => {
    void writeTwo(faultyAt(5, 'crashed'));
    await database.connect(null).read({ sql: 'SELECT 1', params: {} });
    expect(names()).toEqual(['ann', 'bob']);
  });

  it('ends the transaction of a frozen process, which writes again when it continues', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const write = writeTwo(faultyAt(3, 'frozen', promise));
    await database.connect(null).write([addUser('cleo')]);
    expect(names()).toEqual(['cleo']);
    resolve();
    await write;
    expect(names()).toEqual(['cleo', 'ann', 'bob']);
  });

  it('writes again when the connection breaks before COMMIT', async () => {
    await writeTwo(faultyAt(3, 'lost'));
    expect(names()).toEqual(['ann', 'bob']);
  });

  it('reports a commit as unknown when its answer is lost', async () => {
    await expect(writeTwo(faultyAt(5, 'lost'))).rejects.toThrow(
      expect.objectContaining({ code: 'DATABASE_BUSY' }),
    );
    expect(names()).toEqual(['ann', 'bob']);
  });

  it('checks a write at both ends of its commit, whoever waits for the backend', async () => {
    const seen: [string, string[]][] = [];
    const note = (when: string) => () => void seen.push([when, names()]);
    const first = database.connect(null).write([addUser('ann')]);
    const second = database.checked(() => database.connect(null).write([addUser('bob')]), {
      before: note('before'),
      after: note('after'),
    });
    const third = database.connect(null).write([addUser('cleo')]);
    await Promise.all([first, second, third]);
    expect(seen).toEqual([
      ['before', ['ann']],
      ['after', ['ann', 'bob']],
    ]);
  });

  it('restores a copy with its generated ids', async () => {
    await database.connect(null).write([addUser('ann')]);
    const copy = database.copy();
    await database.connect(null).write([addUser('bob')]);
    const before = database.revision('User');
    database.restore(copy);
    expect(names()).toEqual(['ann']);
    expect(database.revision('User')).not.toBe(before);
  });

  it('refuses processes of a world that has ended', async () => {
    const connection = database.connect(null);
    database.close();
    await expect(connection.write([addUser('ann')])).rejects.toThrow('has ended');
  });

  it('gives the same run for the same seed', async () => {
    const run = () => simulate(8, { database: 'postgres', event: 'restored backup' });
    const first = await run();
    await simulate(4, { database: 'postgres' });
    expect(await run()).toEqual(first);
    expect(first.violations).toEqual([]);
    expect(first.counts.get('event: reconcile ended')).toBeGreaterThan(0);
  });
});
