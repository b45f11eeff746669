import { expect, it } from 'vitest';
import type { Deployment } from '../ports/transaction-ledger.ts';
import { createDatabaseMemory } from './database-memory.ts';

const newest: Deployment = {
  deploymentId: 'deployment',
  genesisHash: 'genesis',
  networkId: 'devnet',
  serviceAccountId: 'service.near',
  tokenContract: 'token.near',
  createdAtMs: 0,
  pauseReason: null,
  pausedAtMs: null,
  reconciledAtMs: 500,
  epoch: 9_000,
  treasury: null,
  runwayWallets: null,
  newestHash: 'newest',
};

/** This process has compared the newest database, and meets another one, which lacks its transaction. */
async function meet(next: Partial<Deployment>) {
  let found = newest;
  const memory = createDatabaseMemory({
    readDeployment: async () => found,
    readTransaction: async () => null,
  });
  await memory.compare();
  found = { ...newest, newestHash: 'older', ...next };
  return memory.compare();
}

// The machine that had reconciled the copy had a clock hours ahead of the one that came after it.
it('a copy from an earlier reconciliation is behind, whatever its clock', async () => {
  const copy = { reconciledAtMs: 9_999_999, epoch: 7_000 };
  await expect(meet(copy)).rejects.toMatchObject({ code: 'DATABASE_BEHIND_CHAIN' });
  await expect(meet({})).rejects.toMatchObject({ code: 'DATABASE_BEHIND_CHAIN' });
});

it('a reconciliation at a later height counts, even by a clock that is behind', async () => {
  const reconciled = { reconciledAtMs: 100, epoch: 9_500 };
  await expect(meet(reconciled)).resolves.toMatchObject(reconciled);
});

const first = {
  deploymentId: 'one',
  tokenContract: 'token.near',
  epoch: 0,
  newestHash: 'hash1',
} as Deployment;

/** A database that can be replaced while its process runs. */
function memoryOf() {
  const database = { row: first as Deployment | null, hashes: ['hash1'] };
  const memory = createDatabaseMemory({
    readDeployment: async () => database.row,
    readTransaction: async (hash: string) => (database.hashes.includes(hash) ? {} : null),
  } as never);
  return { database, memory };
}

const behind = { code: 'DATABASE_BEHIND_CHAIN' };

it('nothing is signed on a database that was never compared', () => {
  expect(() => memoryOf().memory.ground()).toThrow(
    expect.objectContaining({ code: 'CHAIN_NOT_MET' }),
  );
});

it('a database without the newest transaction is an older one', async () => {
  const { database, memory } = memoryOf();
  await memory.compare();
  database.row = { ...first, newestHash: 'hash0' };
  database.hashes = ['hash0'];
  await expect(memory.compare()).rejects.toMatchObject(behind);
});

it('a database without a transaction of this process is an older one', async () => {
  const { database, memory } = memoryOf();
  await memory.compare();
  memory.signed('hash2');
  expect(memory.ground().newestHash).toBe('hash2');
  await expect(memory.compare()).rejects.toMatchObject(behind);
  database.hashes.push('hash2');
  await expect(memory.compare()).resolves.toBe(first);
});

it('a database of another deployment, or without one, is not the known one', async () => {
  const { database, memory } = memoryOf();
  await memory.compare();
  database.row = { ...first, deploymentId: 'two' };
  await expect(memory.compare()).rejects.toMatchObject(behind);
  database.row = null;
  await expect(memory.compare()).rejects.toMatchObject(behind);
});

it('after a newer reconciliation the content of the database counts, after an older one it does not', async () => {
  const { database, memory } = memoryOf();
  database.row = { ...first, epoch: 5 };
  await memory.compare();
  const older = { ...first, newestHash: null };
  database.hashes = [];
  for (const epoch of [0, 4, 5]) {
    database.row = { ...older, epoch };
    await expect(memory.compare()).rejects.toMatchObject(behind);
  }
  database.row = { ...older, epoch: 6 };
  await memory.compare();
  expect(memory.ground().newestHash).toBeNull();
});

it('a transaction signed during the read is newer than the read', async () => {
  const { database, memory } = memoryOf();
  await memory.compare();
  database.hashes.push('hash2');
  const comparing = memory.compare();
  memory.signed('hash2');
  await comparing;
  expect(memory.ground().newestHash).toBe('hash2');
});
