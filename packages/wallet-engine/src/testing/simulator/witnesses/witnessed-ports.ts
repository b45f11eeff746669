import { validityBlocks } from '../../../core/engine-config.ts';
import type { NewTransaction, TransactionLedger } from '../../../ports/transaction-ledger.ts';
import type { Claim, ClaimedWallet, WalletStore } from '../../../ports/wallet-store.ts';
import type { WorldDatabase } from '../world/world-database.ts';

interface Witness {
  rows: (sql: string, ...params: unknown[]) => Record<string, unknown>[];
  checked: WorldDatabase['checked'];
  onViolation: (violation: string) => void;
  /** The settings of the process contradict the deployment's. */
  contradicts: boolean;
  isHalted: () => boolean;
  /** The true chain. */
  chain: () => {
    height: number;
    finalHeight: number;
    accessKey(accountId: string, publicKey: string): { nonce: bigint } | undefined;
  };
}

/** A lane counts as stuck only after so many final blocks that could have included its transaction. */
const leastBlocksPassed = 5;

/**
 * Checks each claim and each write that ends one: only a due wallet may be claimed, and only the
 * claim's holder may end it.
 */
export function witnessedStore(
  store: WalletStore,
  { rows, checked, onViolation }: Witness,
): WalletStore {
  const read = (userId: string) =>
    rows('SELECT "claimToken", "status" FROM "Wallet" WHERE "id" = ?', userId)[0];
  const watching = async <Result>(claims: Claim[], write: () => Promise<Result>) => {
    let earlier: ReturnType<typeof read>[] = [];
    return checked(write, {
      before: () => {
        earlier = claims.map(({ userId }) => read(userId));
      },
      after: () => {
        for (const [index, { userId, claimToken }] of claims.entries()) {
          const held = earlier[index]?.claimToken === claimToken;
          const isChanged = read(userId)?.status !== earlier[index]?.status;
          if (held || !isChanged) continue;
          onViolation(`${userId} was changed by a worker that had lost its claim`);
        }
      },
    });
  };
  const watchingClaims = async (nowMs: number, claim: () => Promise<ClaimedWallet[]>) => {
    let earlier: Record<string, unknown>[] = [];
    const claimed = await checked(claim, {
      before: () => {
        earlier = rows('SELECT "id", "availableAt" FROM "Wallet"');
      },
      after: () => undefined,
    });
    for (const { userId } of claimed) {
      const dueAtMs = earlier.find(({ id }) => id === userId)?.availableAt;
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
 * Checks each sign commit right after it: the process must hold every claim and the lane, and only
 * noops may be signed during a pause, whatever guards the statement carried.
 */
export function witnessedLedger(
  ledger: TransactionLedger,
  { rows, checked, onViolation, contradicts, isHalted, chain }: Witness,
): TransactionLedger {
  const isPaused = () =>
    rows('SELECT 1 FROM "Deployment" WHERE "pauseReason" IS NOT NULL').length > 0;
  /** If it is signed again now, it pays twice. A removed key reveals no nonce. */
  const requireExpiry = (hash: string) => {
    const [row] = rows('SELECT * FROM "ChainTransaction" WHERE "hash" = ?', hash);
    if (!row || (row.status !== 'SIGNED' && row.status !== 'SENT')) return;
    const { height, accessKey } = chain();
    const key = accessKey(String(row.signerId), String(row.publicKey));
    const isOver = height + 1 > Number(row.referenceHeight) + validityBlocks;
    if (!key || isOver || key.nonce >= BigInt(Number(row.nonce))) return;
    onViolation(`${row.purpose} ${hash} was declared dead while it could still execute`);
  };
  /** A noop frees no lane while the chain stands still: blocks must have been produced since the last signature. */
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
  /** Violations of a commit that has just succeeded. */
  const violationsOf = ({ transaction, wallets, lane }: NewTransaction, duringPause: boolean) => {
    const { hash, purpose } = transaction;
    const violations: string[] = [];
    if (isVainNoop(transaction)) {
      violations.push(`noop ${hash} was signed while the chain stands still`);
    }
    if (contradicts) violations.push(`${hash} was signed by a process of other settings`);
    if (duringPause && purpose !== 'TOMBSTONE')
      violations.push(`${hash} was signed during a pause`);
    const [held] = rows(
      'SELECT "fencingToken" FROM "ServiceKeyLane" WHERE "laneNumber" = ?',
      lane.laneNumber,
    );
    if (held?.fencingToken !== lane.fencingToken) {
      violations.push(`${hash} was signed on lane ${lane.laneNumber} of another holder`);
    }
    for (const { userId, claimToken } of wallets) {
      const [row] = rows('SELECT "claimToken" FROM "Wallet" WHERE "id" = ?', userId);
      if (row?.claimToken !== claimToken) {
        violations.push(`${hash} was signed for ${userId} without its claim`);
      }
    }
    return violations;
  };
  return {
    ...ledger,
    declareDead(end) {
      const before = () => requireExpiry(end.hash);
      return checked(() => ledger.declareDead(end), { before, after: () => undefined });
    },
    async commitSignedTransactions(commit) {
      let wasPaused = false;
      let violations: string[] = [];
      const before = () => {
        wasPaused = isPaused();
      };
      const after = () => {
        const duringPause = wasPaused && isPaused();
        violations = commit.transactions.flatMap((each) => violationsOf(each, duringPause));
      };
      await checked(() => ledger.commitSignedTransactions(commit), { before, after });
      // Not reached when the commit was rejected.
      violations.forEach(onViolation);
    },
  };
}
