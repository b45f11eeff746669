import { beforeEach, describe, expect, it } from 'vitest';
import type { WalletKeyStore } from '../../ports/wallet-key-store.ts';
import { testedDatabases } from '../../testing/sql-databases.ts';
import { addUser, userRow } from '../../testing/suites/table-fixtures.ts';
import type { SqlDatabase } from './sql-database.ts';
import { createSqlWalletKeyStore } from './sql-wallet-key-store.ts';

for (const { name, create } of testedDatabases()) {
  describe(`stored wallet keys over ${name}`, () => {
    let database: SqlDatabase;
    let keys: WalletKeyStore;
    beforeEach(async () => {
      database = await create();
      keys = createSqlWalletKeyStore(database);
      const stored = { ann: 'v1.aaa', bob: 'v12.bbb', carl: '00ff:aa:bb', dora: null };
      for (const [id, nearPrivateKey] of Object.entries(stored)) {
        const nearAccountId = nearPrivateKey && `${id}.near`;
        await addUser(database, id, { nearAccountId, nearPublicKey: `k-${id}`, nearPrivateKey });
      }
    });

    it('are counted by master key version, and listed in pages', async () => {
      expect([...(await keys.countByVersion())].sort((a, b) => a[0] - b[0])).toEqual([
        [0, 1],
        [1, 1],
        [12, 1],
      ]);
      const page = { exceptForms: ['v1.'], limit: 1 };
      const [first, ...others] = await keys.readWalletKeys({ ...page, afterUserId: '' });
      expect(others).toEqual([]);
      expect(first).toEqual({
        deploymentId: await keys.readDeploymentId(),
        userId: 'bob',
        accountId: 'bob.near',
        publicKey: 'k-bob',
        encryptedPrivateKey: 'v12.bbb',
      });
      const [second] = await keys.readWalletKeys({ ...page, afterUserId: 'bob' });
      expect(second?.userId).toBe('carl');
      expect(await keys.readWalletKeys({ ...page, afterUserId: 'carl' })).toEqual([]);
    });

    it.each([
      [[], ['ann', 'bob', 'carl']],
      [['v1.'], ['bob', 'carl']],
      [['v12.b', 'v1.'], ['carl']],
      // Signs that mean others in a pattern mean themselves.
      [
        ['v1_', '%'],
        ['ann', 'bob', 'carl'],
      ],
    ])('excluding those that begin with one of %j', async (exceptForms, expected) => {
      const found = await keys.readWalletKeys({ exceptForms, afterUserId: '', limit: 9 });
      expect(found.map(({ userId }) => userId)).toEqual(expected);
      expect(await keys.countWalletKeys({ exceptForms })).toBe(expected.length);
    });

    it('belong to a deployment created with the tables', async () => {
      const deploymentId = await keys.readDeploymentId();
      expect(deploymentId).toMatch(/^([\da-f]{32}|world)$/);
      expect(await keys.readDeploymentId()).toBe(deploymentId);
    });

    it('are exported for READY wallets only, and each export is recorded', async () => {
      await database.write(
        ['ann', 'bob'].map((id) => ({
          sql: `UPDATE "Wallet" SET "status" = :status WHERE "id" = :id`,
          params: { id, status: id === 'ann' ? 'READY' : 'FAILED' },
        })),
      );
      const wanted = ['ann', 'ann', 'bob', 'dora', 'nobody'];
      const found = [];
      for (const [nowMs, ownerId] of wanted.entries()) {
        found.push(await keys.recordKeyExport({ ownerId, nowMs }));
      }
      expect(found.map((key) => key?.encryptedPrivateKey)).toEqual([
        ...['v1.aaa', 'v1.aaa'],
        ...[undefined, undefined, undefined],
      ]);
      const sql = 'SELECT "walletId", "createdAt" FROM "WalletKeyExport" ORDER BY "id"';
      expect(await database.read({ sql, params: {} })).toEqual([
        { walletId: 'ann', createdAt: 0 },
        { walletId: 'ann', createdAt: 1 },
      ]);
    });

    it('are replaced only if key and ciphertext are unchanged', async () => {
      const replaced = await keys.replaceCiphertexts([
        { userId: 'ann', publicKey: 'k-ann', from: 'v1.aaa', to: 'v2.new' },
        { userId: 'bob', publicKey: 'k-other', from: 'v12.bbb', to: 'v2.new' },
        { userId: 'carl', publicKey: 'k-carl', from: 'stale', to: 'v2.new' },
      ]);
      expect(replaced).toBe(1);
      const now = async (id: string) => (await userRow(database, id)).nearPrivateKey;
      expect([await now('ann'), await now('bob'), await now('carl')]).toEqual([
        'v2.new',
        'v12.bbb',
        '00ff:aa:bb',
      ]);
    });
  });
}
