import { validityBlocks } from '../../core/engine-config.ts';
import type { NewTransaction, TransactionLedger } from '../../ports/transaction-ledger.ts';
import type { Claim, ClaimedWallet, WalletStore } from '../../ports/wallet-store.ts';

interface Witness {
  rows: (sql: string, ...params: unknown[]) => Record<string, unknown>[];
  onViolation: (violation: string) => void;
  /** The process's settings contradict the deployment's. */
  contradicts: boolean;
  isHalted: () => boolean;
  /** The chain as it is. */
  chain: () => {
    height: number;
    finalHeight: number;
    accessKey(accountId: string, publicKey: string): { nonce: bigint } | undefined;
  };
}

/** Fewer final blocks that a transaction could have been in do not make its lane stuck. */
const leastBlocksPassed = 5;

/**
 * Looks at each claim and at each write that ends one: only what is due may be claimed, and only its
 * holder may end it.
 */
export function witnessedStore(store: WalletStore, { rows, onViolation }: Witness): WalletStore {
  const read = (userId: string) =>
    rows('SELECT "claimToken", "status" FROM "Wallet" WHERE "id" = ?', userId)[0];
  const watching = async <Result>(claims: Claim[], write: () => Promise<Result>) => {
    const before = claims.map(({ userId }) => read(userId));
    const result = write();
    // The simulated database has written by now; once this is awaited, others may have as well.
    claims.forEach(({ userId, claimToken }, index) => {
      const held = before[index]?.claimToken === claimToken;
      const isChanged = read(userId)?.status !== before[index]?.status;
      if (!held && isChanged)
        onViolation(`${userId} was moved by a worker that had lost its claim`);
    });
    return result;
  };
  const watchingClaims = async (nowMs: number, claim: () => Promise<ClaimedWallet[]>) => {
    const before = rows('SELECT "id", "availableAt" FROM "Wallet"');
    const claimed = await claim();
    for (const { userId } of claimed) {
      const dueAtMs = before.find(({ id }) => id === userId)?.availableAt;
      if (typeof dueAtMs !== 'number' || dueAtMs > nowMs) {
        onViolation(`${userId} was claimed before it was due, perhaps from a living holder`);
      }
    }
    return claimed;
  };
  return {
    ...store,
    claimWallets: (terms) => watchingClaims(terms.nowMs, () => store.claimWallets(terms)),
    claimWallet: async (terms) => {
      const [wallet = null] = await watchingClaims(terms.nowMs, async () => {
        const claimed = await store.claimWallet(terms);
        return claimed ? [claimed] : [];
      });
      return wallet;
    },
    completeWallets: (completion) =>
      watching(completion.wallets, () => store.completeWallets(completion)),
    failWallet: (failure) => watching([failure], () => store.failWallet(failure)),
    handBackWallets: (handBack) => watching(handBack.claims, () => store.handBackWallets(handBack)),
  };
}

/**
 * Looks at each sign commit in the moment it has happened: only holders of every claim and of the
 * lane may have come through, and none but noops during a pause, whatever the database was told
 * to check.
 */
export function witnessedLedger(
  ledger: TransactionLedger,
  { rows, onViolation, contradicts, isHalted, chain }: Witness,
): TransactionLedger {
  const isPaused = () =>
    rows('SELECT 1 FROM "Deployment" WHERE "pauseReason" IS NOT NULL').length > 0;
  /** Signed again now, it would be paid twice. A key that is gone tells nothing of its nonce. */
  const requireDeath = (hash: string) => {
    const [row] = rows('SELECT * FROM "ChainTransaction" WHERE "hash" = ?', hash);
    if (!row || (row.status !== 'SIGNED' && row.status !== 'SENT')) return;
    const { height, accessKey } = chain();
    const key = accessKey(String(row.signerId), String(row.publicKey));
    const isOver = height + 1 > Number(row.referenceHeight) + validityBlocks;
    if (!key || isOver || key.nonce >= BigInt(Number(row.nonce))) return;
    onViolation(`${row.purpose} ${hash} was declared dead while it could still execute`);
  };
  /** While the chain stands still nothing frees a lane: its blocks since the last one signed must be real. */
  const isVainNoop = ({ purpose, publicKey, hash }: NewTransaction['transaction']) => {
    if (purpose !== 'TOMBSTONE' || !isHalted()) return false;
    const [row] = rows(
      `SELECT MAX("referenceHeight") AS "height" FROM "ChainTransaction"
       WHERE "publicKey" = ? AND "hash" <> ? AND "status" IN ('SIGNED', 'SENT')`,
      publicKey,
      hash,
    );
    if (typeof row?.height !== 'number') return false;
    return chain().finalHeight < row.height + leastBlocksPassed;
  };
  /** What is wrong with a commit that has just come through. */
  const errorsOf = ({ transaction, wallets, lane }: NewTransaction, duringPause: boolean) => {
    const { hash, purpose } = transaction;
    const faults: string[] = [];
    if (isVainNoop(transaction)) {
      faults.push(`noop ${hash} was signed while the chain stands still`);
    }
    if (contradicts) faults.push(`${hash} was signed by a process of other settings`);
    if (duringPause && purpose !== 'TOMBSTONE') faults.push(`${hash} was signed during a pause`);
    const [held] = rows(
      'SELECT "fencingToken" FROM "ServiceKeyLane" WHERE "laneNumber" = ?',
      lane.laneNumber,
    );
    if (held?.fencingToken !== lane.fencingToken) {
      faults.push(`${hash} was signed on lane ${lane.laneNumber} of another holder`);
    }
    for (const { userId, claimToken } of wallets) {
      const [row] = rows('SELECT "claimToken" FROM "Wallet" WHERE "id" = ?', userId);
      if (row?.claimToken !== claimToken) {
        faults.push(`${hash} was signed for ${userId} without its claim`);
      }
    }
    return faults;
  };
  return {
    ...ledger,
    declareDead(end) {
      requireDeath(end.hash);
      return ledger.declareDead(end);
    },
    async commitSignedTransactions(commit) {
      const wasPaused = isPaused();
      const committed = ledger.commitSignedTransactions(commit);
      // Before others write; a commit that was refused is no matter of this.
      const duringPause = wasPaused && isPaused();
      const faults = commit.transactions.flatMap((each) => errorsOf(each, duringPause));
      await committed;
      faults.forEach(onViolation);
    },
  };
}
