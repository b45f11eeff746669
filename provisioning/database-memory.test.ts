import { expect, it } from 'vitest';
import { createDatabaseMemory } from './database-memory.ts';
import type { Deployment } from './transaction-ledger.ts';

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
  treasuryReadAtMs: null,
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
it('a copy of an earlier reconciliation is behind, whatever its clock said', async () => {
  const copy = { reconciledAtMs: 9_999_999, epoch: 7_000 };
  await expect(meet(copy)).rejects.toMatchObject({ code: 'DATABASE_BEHIND_CHAIN' });
  await expect(meet({})).rejects.toMatchObject({ code: 'DATABASE_BEHIND_CHAIN' });
});

it('what was reconciled at a later height counts, by a clock that is behind too', async () => {
  const reconciled = { reconciledAtMs: 100, epoch: 9_500 };
  await expect(meet(reconciled)).resolves.toMatchObject(reconciled);
});
