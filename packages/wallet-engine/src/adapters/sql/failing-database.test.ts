import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../core/errors.ts';
import type { LaneStore } from '../../ports/lane-store.ts';
import type { TransactionLedger } from '../../ports/transaction-ledger.ts';
import type { WalletStore } from '../../ports/wallet-store.ts';
import type { SqlDatabase } from './sql-database.ts';
import { createSqlLaneStore } from './sql-lane-store.ts';
import { createSqlTransactionLedger } from './sql-transaction-ledger.ts';
import { createSqlWalletStore } from './sql-wallet-store.ts';

// Taking a failed write for a successful one would continue with a false state.

const busy = new ServiceError('DATABASE_BUSY', 'the disk is full');
const database = {
  read: () => Promise.reject(busy),
  write: () => Promise.reject(busy),
} as unknown as SqlDatabase;

/** Arguments do not matter: every call fails. */
const any = {
  ...{ nowMs: 1, hash: 'hash', hashes: [], reason: 'OPERATOR', pausedAtMs: 1, userId: 'ann' },
  ...{ transactions: [], ground: {}, outcomes: [], lanes: [], leases: [], waits: [], wallets: [] },
  ...{ claims: [], laneNumbers: [], publicKey: 'key', holder: 'worker', limit: 1, leaveEach: 1 },
  ...{ leaseDurationMs: 1, claimToken: 'token', codes: [], beyondMs: 1 },
  ...{ reserveMicroNear: 1, spendLimits: {}, claimedBeyondMs: 1, failedBeyondMs: 1 },
  ...{ errorCode: 'UNEXPECTED_ERROR', retryAtMs: 1, takeoverLimit: 1 },
} as never;
const outcome = { hash: 'hash', status: 'FAILED', gasBurnt: null, burntYocto: null } as never;
const lane = { laneNumber: 1, publicKey: 'key', nonce: 1 } as never;

/** Every method of a port, with arguments for it. */
type Calls<Port> = Record<keyof Port, unknown[]>;

const ledgerCalls: Calls<TransactionLedger> = {
  ...{ readDeployment: [], openDeployment: [any], pause: [any], holdPause: [any], resume: [any] },
  ...{ recordTreasury: [any], commitSignedTransactions: [any], readSpending: [any] },
  ...{ readHeldClaims: [[]], recordIncluded: [any], declareDead: [any], readTransaction: ['hash'] },
  settleTransactions: [{ outcomes: [outcome], nowMs: 1 }],
  ...{ readWalletTransactions: [[]], readOpenTransactions: [[]], readCompletedReward: ['ann'] },
};
const laneCalls: Calls<LaneStore> = {
  ...{ readLanes: [], addOwnKey: [any], adoptLanes: [[lane]], readOrphanedLanes: [any] },
  ...{ leaseLanes: [any], readFarLeases: [any], endFarLeases: [any], countHeldLanes: [any] },
  ...{ takeHeldLanes: [any], renewLanes: [any], releaseLanes: [any] },
};
const walletCalls: Calls<WalletStore> = {
  ...{ readWallet: ['ann'], requestWallets: [[]], claimWallets: [any], claimWallet: [any] },
  ...{ renewClaims: [any], completeWallets: [any], failWallet: [any], handBackWallets: [any] },
  ...{ retryWallet: [any], failAbandonedWallets: [any], readDueUserIds: [any] },
  ...{ readFarWaits: [any], endFarWaits: [any], readNextDueAt: [] },
};

describe.each<[name: string, port: object, calls: object]>([
  ['ledger', createSqlTransactionLedger(database), ledgerCalls],
  ['lane store', createSqlLaneStore(database), laneCalls],
  ['wallet store', createSqlWalletStore(database), walletCalls],
])('over a database that fails, a %s', (_name, port, calls) => {
  it.each(Object.entries(calls))('reports the error of %s', async (method, args: unknown[]) => {
    const ask = (port as Record<string, (...args: unknown[]) => Promise<unknown>>)[method];
    await expect(ask?.(...args)).rejects.toBe(busy);
  });
});
