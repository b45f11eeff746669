import { toDecimal } from '../core/amounts.ts';
import type { Clock } from '../core/clock.ts';
import { validityBlocks } from '../core/engine-config.ts';
import { ServiceError } from '../core/errors.ts';
import { isBehindChain } from '../core/lane-nonce.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { LaneStore } from '../ports/lane-store.ts';
import type { NearChain } from '../ports/near-chain.ts';
import type { ReconcileStore, RecordedWallet } from '../ports/reconcile-store.ts';
import type { StoredTransaction } from '../ports/transaction-ledger.ts';
import type { Service } from '../service/meet-chain.ts';

/** A lane of the service account whose nonce on chain is unknown to the database. */
export interface LaneDifference {
  laneNumber: number;
  publicKey: string;
  /** Null: the database lacks the lane. */
  storedNonce: number | null;
  chainNonce: number;
}

export interface TransactionDifference {
  hash: string;
  purpose: string;
  stored: string;
  /** UNKNOWN: no node knows it although it is recent enough to be known. */
  chain: 'SUCCEEDED' | 'FAILED' | 'UNKNOWN';
}

export interface WalletDifference {
  userId: string;
  accountId: string;
  status: string | null;
  difference: WalletDifferenceCode;
  detail: string;
}

/** How a wallet may differ from the chain, each code with its meaning. */
export const walletDifferences = {
  ACCOUNT_NOT_RECORDED: 'The account is on chain with our key; no stored transaction made it.',
  REWARD_NOT_RECORDED: 'The reward is on chain; no stored transaction paid it.',
  REGISTERED_NOT_PAID:
    'Registered with the token and holds less than the reward: spent, or never paid.',
  ACCOUNT_KEY_MISMATCH: 'The account is on chain without our key.',
  ACCOUNT_MISSING: 'The database says the account was made; the chain has none.',
  REWARD_MISSING: 'The database says the reward was paid; the chain shows no registration.',
  BALANCE_DIFFERS: 'The balance has changed since it was last read.',
} as const;

export type WalletDifferenceCode = keyof typeof walletDifferences;

export interface Comparison {
  finalHeight: number;
  lanes: { compared: number; differences: LaneDifference[] };
  transactions: {
    compared: number;
    /** Too old for the nodes to know, or undecided by those that answer. */
    unverifiable: number;
    differences: TransactionDifference[];
  };
  wallets: { compared: number; differences: WalletDifference[] };
  /** At least so many transactions of our lanes are on chain and not in the database. */
  unknownTransactions: number;
}

export interface ComparisonParts {
  service: Service;
  lanes: LaneStore;
  chain: NearChain;
  vault: KeyVault;
  records: ReconcileStore;
  clock: Clock;
}

const pageSize = 200;
const atOnce = 8;
/** How far beyond our highest lane number lanes are looked for. */
const lanesAhead = 256;
const nodeTries = 8;
const nodePauseMs = 2_000;
const codesOfNodes: readonly string[] = [
  'NODE_UNREACHABLE',
  'RATE_LIMITED',
  'UNCONFIRMED',
  'NODES_DISAGREE',
];

/**
 * Compares every lane, stored transaction and wallet with the chain at final blocks. Changes nothing.
 * @param unfinishedOnly without READY wallets and settled transactions: only what signing depends on
 * @throws ServiceError when the nodes do not answer for some time
 */
export async function compareWithChain(
  parts: ComparisonParts & {
    unfinishedOnly: boolean;
    onProgress?: (done: { transactions: number; wallets: number }) => void;
  },
): Promise<Comparison> {
  const { records, chain, unfinishedOnly, onProgress } = parts;
  const final = await patiently(parts.clock, () => chain.readFinalBlock());
  const lanes = await compareLaneKeys(parts);
  const transactions: Comparison['transactions'] = {
    compared: 0,
    unverifiable: 0,
    differences: [],
  };
  const wallets: Comparison['wallets'] = { compared: 0, differences: [] };
  const reportProgress = () =>
    onProgress?.({ transactions: transactions.compared, wallets: wallets.compared });

  for (let afterHash = ''; ; ) {
    const openOnly = unfinishedOnly;
    const page = await records.readTransactions({ afterHash, limit: pageSize, openOnly });
    const found = await inGroups(page, (stored) =>
      compareTransaction({ ...parts, stored, finalHeight: final.height }),
    );
    transactions.compared += page.length;
    transactions.unverifiable += found.filter((each) => each === 'unverifiable').length;
    transactions.differences.push(
      ...found.filter((each) => each !== null && each !== 'unverifiable'),
    );
    reportProgress();
    const last = page.at(-1);
    if (!last || page.length < pageSize) break;
    afterHash = last.hash;
  }
  for (let afterUserId = ''; ; ) {
    const page = await records.readWallets({ afterUserId, limit: pageSize, unfinishedOnly });
    const found = await inGroups(page, (wallet) => compareWallet({ ...parts, wallet }));
    wallets.compared += page.length;
    wallets.differences.push(...found.flat());
    reportProgress();
    const last = page.at(-1);
    if (!last || page.length < pageSize) break;
    afterUserId = last.userId;
  }
  return {
    finalHeight: final.height,
    lanes,
    transactions,
    wallets,
    unknownTransactions: lanes.differences.reduce((sum, lane) => sum + unknownOn(lane), 0),
  };
}

/** Compares the nonces of our lanes' keys on chain with the database. */
export async function compareLaneKeys({
  service,
  lanes,
  chain,
  vault,
  clock,
}: Pick<ComparisonParts, 'service' | 'lanes' | 'chain' | 'vault' | 'clock'>): Promise<
  Comparison['lanes']
> {
  const { deploymentId, serviceAccountId } = service.deployment;
  const keys = await patiently(clock, () =>
    chain.viewAccessKeys({ accountId: serviceAccountId, agreed: true }),
  );
  const onChain = new Map(keys.map((key) => [key.publicKey, key]));
  // Read after the chain: every nonce is stored before its bytes are sent.
  const stored = new Map((await lanes.readLanes()).map((lane) => [lane.laneNumber, lane]));
  const highest = Math.max(0, ...stored.keys());
  const differences: LaneDifference[] = [];
  let compared = 0;
  for (let laneNumber = 1; laneNumber <= highest + lanesAhead; laneNumber += 1) {
    if (compared === onChain.size) break;
    const publicKey = vault.lanePublicKey({ deploymentId, laneNumber });
    const key = onChain.get(publicKey);
    if (!key) continue;
    const { nonce: chainNonce, fullAccess } = key;
    compared += 1;
    const known = stored.get(laneNumber);
    if (!known || known.publicKey !== publicKey) {
      differences.push({ laneNumber, publicKey, storedNonce: null, chainNonce });
      continue;
    }
    // One that somebody has put back without full access has a new nonce, which no transaction of ours has.
    if (fullAccess && isBehindChain({ ...known, stored: known.nonce, onChain: chainNonce })) {
      differences.push({ laneNumber, publicKey, storedNonce: known.nonce, chainNonce });
    }
  }
  return { compared, differences };
}

/** A lane without a stored nonce started at a multiple of a million (nearcore). */
function unknownOn({ storedNonce, chainNonce }: LaneDifference): number {
  return storedNonce ? chainNonce - storedNonce : chainNonce % 1_000_000;
}

async function compareTransaction({
  chain,
  clock,
  stored,
  finalHeight,
}: ComparisonParts & { stored: StoredTransaction; finalHeight: number }): Promise<
  TransactionDifference | 'unverifiable' | null
> {
  const { hash, purpose, status, referenceHeight } = stored;
  const answer = await patiently(clock, () => chain.lookUpTransaction(stored));
  const difference = (found: TransactionDifference['chain']) => ({
    hash,
    purpose,
    stored: status,
    chain: found,
  });
  if (answer.kind === 'final') {
    const found = answer.outcome.succeeded ? 'SUCCEEDED' : 'FAILED';
    return found === status ? null : difference(found);
  }
  const isSettled = status === 'SUCCEEDED' || status === 'FAILED';
  if (!isSettled) return null;
  // Nodes prune; within its validity a transaction is still known.
  if (finalHeight > referenceHeight + validityBlocks) return 'unverifiable';
  // The first node may lag: only all nodes that must know it together can deny what was once final.
  const everywhere = await chain.readTransactionEverywhere({
    ...stored,
    minFinalHeight: finalHeight,
    reachBackTo: referenceHeight,
  });
  if (everywhere.kind === 'unknown') return difference('UNKNOWN');
  if (everywhere.kind !== 'final') return 'unverifiable';
  const found = everywhere.outcome.succeeded ? 'SUCCEEDED' : 'FAILED';
  return found === status ? null : difference(found);
}

async function compareWallet({
  service,
  chain,
  clock,
  wallet,
}: ComparisonParts & { wallet: RecordedWallet }): Promise<WalletDifference[]> {
  const { userId, accountId, publicKey, status } = wallet;
  const { tokenContract, baseUnits, decimals } = service.reward;
  const differ = (difference: WalletDifferenceCode, detail: string): WalletDifference => ({
    userId,
    accountId,
    status,
    difference,
    detail,
  });
  // Open transactions are settled by the engine; the wallet is compared once they have an outcome.
  if (wallet.isOpen) return [];
  const isReady = status === 'READY';
  // The owner may do anything with the account.
  if (isReady && wallet.isKeyExported) return [];
  const view = await patiently(clock, async () => {
    // Adoption and the next payment depend on it where the wallet is not made yet.
    const terms = isReady ? {} : { agreed: true, atHeight: (await chain.readFinalBlock()).height };
    const key = publicKey ? await chain.viewAccessKey({ accountId, publicKey, ...terms }) : null;
    const account = key ? true : (await chain.viewAccount({ accountId, ...terms })) !== null;
    const isRegistered = await chain.isRegistered({ tokenContract, accountId, ...terms });
    const balance = isRegistered
      ? await chain.viewTokenBalance({ tokenContract, accountId, ...terms })
      : 0n;
    return { isOurs: key?.fullAccess === true, account, isRegistered, balance };
  });
  const found: WalletDifference[] = [];
  if (view.account && !view.isOurs) {
    found.push(differ('ACCOUNT_KEY_MISMATCH', `public key ${publicKey}`));
  }
  if (!view.account && (isReady || wallet.isCreated)) found.push(differ('ACCOUNT_MISSING', ''));
  if (view.isOurs && !isReady && !wallet.isCreated) found.push(differ('ACCOUNT_NOT_RECORDED', ''));
  const holds = `holds ${toDecimal(view.balance, decimals)}`;
  const isPaid = wallet.rewardStatus === 'COMPLETED';
  if (view.isRegistered && !isReady && !isPaid) {
    const code = view.balance >= baseUnits ? 'REWARD_NOT_RECORDED' : 'REGISTERED_NOT_PAID';
    found.push(differ(code, holds));
  }
  if (isPaid && !view.isRegistered) found.push(differ('REWARD_MISSING', ''));
  if (isReady && wallet.balance !== null && view.isRegistered) {
    const now = toDecimal(view.balance, decimals);
    if (now !== wallet.balance) {
      found.push(differ('BALANCE_DIFFERS', `${wallet.balance} recorded, ${now} on chain`));
    }
  }
  return found;
}

async function inGroups<Item, Result>(
  items: Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += atOnce) {
    results.push(...(await Promise.all(items.slice(from, from + atOnce).map(work))));
  }
  return results;
}

/** Repeats what nodes refuse: they limit rates and are restarted during a long comparison. */
export async function patiently<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const isOfNode = error instanceof ServiceError && codesOfNodes.includes(error.code);
      if (!isOfNode || tries === nodeTries) throw error;
      await clock.sleep(nodePauseMs);
    }
  }
}
