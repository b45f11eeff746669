import { toDecimal } from '../core/amounts.ts';
import { readActionError } from '../core/chain-errors.ts';
import type { Clock } from '../core/clock.ts';
import { clocksApartMs, type EngineConfig } from '../core/engine-config.ts';
import { RefusedByChainError, ServiceError, StoppedError, WalletError } from '../core/errors.ts';
import type { EngineLog } from '../core/log.ts';
import { isDirectSubAccountOf } from '../core/near-account.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { NearChain } from '../ports/near-chain.ts';
import type {
  TransactionLedger,
  WalletPurpose,
  WalletTransaction,
} from '../ports/transaction-ledger.ts';
import { type ClaimedWallet, storedKeyOf } from '../ports/wallet-store.ts';
import { askUntilAgreed } from '../service/ask-until-agreed.ts';
import type { ServiceGate } from '../service/service-gate.ts';
import { maxRewardsInTransaction, walletOfAction } from '../service/transaction-plan.ts';
import type { TransactionSettler } from '../signing/settle-transaction.ts';
import type { SettledTransaction } from '../signing/settlement-writer.ts';
import type { SignedFor, TransactionSigner } from '../signing/sign-transactions.ts';
import type { OwnRequests } from './own-requests.ts';

/** How many transactions may be proven never to execute in one attempt before the wallet fails. */
const neverExecutedLimit = 3;
const firstHandAfterMs = 60_000;
/** After so many failures in a shared transaction a wallet goes alone, whichever is suspected. */
const failuresInCompany = 6;
const balanceReads = 10;
const balancePauseMs = 600;

export interface CreateWalletParts {
  config: EngineConfig;
  ledger: TransactionLedger;
  chain: NearChain;
  vault: KeyVault;
  gate: ServiceGate;
  settler: TransactionSettler;
  signer: TransactionSigner;
  own: Pick<OwnRequests, 'take'>;
  clock: Clock;
  log: EngineLog;
  signal: AbortSignal;
}

/**
 * Does everything on chain that READY needs: account with our key, registered and rewarded once, balance
 * read; all at final blocks. Settles what was signed before it signs anything new. Repeating it repeats
 * nothing on chain.
 * @returns the balance, a decimal string of whole tokens
 * @throws WalletError the wallet's own; ServiceError; ClaimLostError; StoppedError
 */
export async function createWalletOnChain(
  wallet: ClaimedWallet,
  parts: CreateWalletParts,
): Promise<{ balance: string }> {
  const { config, ledger, vault } = parts;
  if (!isDirectSubAccountOf({ accountId: wallet.accountId, parentId: config.serviceAccountId })) {
    const message = `${wallet.accountId} is no direct sub-account of ${config.serviceAccountId}, which can create no other`;
    throw new WalletError('ACCOUNT_ID_INVALID', message);
  }
  const history = await ledger.readWalletTransactions([wallet.userId]);
  const isNew = history.length === 0 && isFirstHand(wallet, parts);
  await vault.verifyWalletKey(storedKeyOf(wallet));
  if (!isNew) await untilLossesShow(parts);
  const isUntouched = isNew || (history.length === 0 && (await isNothingOnChain(wallet, parts)));

  // Wait for both, even when one fails: a wallet is not given up while money is on its way.
  const known = { history, isNew, isUntouched, parts };
  const steps = await Promise.allSettled([
    ensureAccount(wallet, known),
    ensureReward(wallet, known),
  ]);
  const failed = steps.filter((step) => step.status === 'rejected').map((step) => step.reason);
  if (failed.length > 0) throw mostRelevant(failed);
  const [, reward] = steps;
  return readBalance(wallet, parts, reward.status === 'fulfilled' ? reward.value : null);
}

/**
 * The id was made for this wallet by this database after it met its chain, and it was never claimed
 * before: nothing can be on chain, so the chain need not be asked. A wallet requested before that, or
 * before a reconciliation, may have been served by a newer database of which this one is an old copy:
 * epochs give the order, independent of clocks, and for the first minute of each the chain is asked in
 * any case. It is also asked for wallets requested before this process last reached its database: a commit
 * that a replica lacks may have signed for them. Wallets requested by this process in this very database
 * need no margin: no two clocks are compared.
 */
function isFirstHand(wallet: ClaimedWallet, { gate, clock, own }: CreateWalletParts): boolean {
  const { attempts, takeovers, epoch, requestedAtMs } = wallet;
  if (attempts !== 1 || takeovers !== 0 || requestedAtMs === null) return false;
  const { deployment } = gate.service();
  if (epoch !== deployment.epoch) return false;
  if (own.take(wallet.accountId)) return true;
  const { createdAtMs, reconciledAtMs } = deployment;
  const sinceMs = Math.max(createdAtMs, reconciledAtMs ?? 0, gate.databaseSinceMs());
  const settledInMs = sinceMs + firstHandAfterMs;
  // By a clock that is far ahead every request would be later than that.
  const isOfTime = requestedAtMs <= clock.now() + clocksApartMs;
  return requestedAtMs > settledInMs && isOfTime;
}

/**
 * A replica that took over at once may lack what another process signed a moment ago, which no final block shows
 * yet either: asked now, the chain would answer that nothing was paid.
 */
async function untilLossesShow({ gate, clock, signal }: CreateWalletParts): Promise<void> {
  // Once: the claim is held from here on, and a database that loses it lets nothing be signed.
  const hiddenMs = gate.lossesHiddenForMs();
  if (hiddenMs === 0) return;
  await clock.sleep(hiddenMs, signal);
  if (signal.aborted) throw new StoppedError();
}

/** A wallet's own final error matters more than a service error that hit its other half. */
function mostRelevant(errors: unknown[]): unknown {
  const final = errors.find((error) => error instanceof WalletError && !error.retryable);
  return final ?? errors.find((error) => !(error instanceof WalletError)) ?? errors[0];
}

interface Known {
  history: WalletTransaction[];
  /** See {@link isFirstHand}. */
  isNew: boolean;
  /** Nothing was signed for it, and the chain has neither account nor registration: sign both without asking. */
  isUntouched: boolean;
  parts: CreateWalletParts;
}

/**
 * Asked once, at one final block, for both halves of the work. If anything is there, each half asks for
 * itself.
 */
async function isNothingOnChain(
  { accountId }: ClaimedWallet,
  parts: CreateWalletParts,
): Promise<boolean> {
  const { chain, gate } = parts;
  const { tokenContract } = gate.service().reward;
  return askUntilAgreed(parts, {
    about: accountId,
    mayStandAlone: true,
    ask: async (view) => {
      const [account, isRegistered] = await Promise.all([
        chain.viewAccount({ accountId, ...view }),
        chain.isRegistered({ tokenContract, accountId, ...view }),
      ]);
      return account === null && !isRegistered;
    },
  });
}

async function ensureAccount(wallet: ClaimedWallet, known: Known): Promise<void> {
  const { parts, isUntouched } = known;
  if (await hasSucceeded('CREATE', known)) return;
  let askFirst = !isUntouched;
  for (let tries = 0; tries < neverExecutedLimit; tries += 1, askFirst = true) {
    if (askFirst && (await isAccountOurs(wallet, parts))) return;
    const { settled } = await parts.signer.sign({ wallet, purpose: 'CREATE', maxWallets: 1 });
    if (settled.status === 'SUCCEEDED') return;
    if (settled.status === 'FAILED') return explainRefusedAccount(wallet, settled, parts);
  }
  throw new WalletError(
    'ACCOUNT_CREATION_REFUSED',
    `creating ${wallet.accountId}: ${neverExecutedLimit} transactions expired or were invalidated, none was executed`,
  );
}

/** @throws ServiceError; WalletError; neither when the account is ours after all */
async function explainRefusedAccount(
  wallet: ClaimedWallet,
  { failure }: SettledTransaction,
  parts: CreateWalletParts,
): Promise<void> {
  const meaning = readActionError(failure);
  if (meaning.kind === 'service') {
    const message = `creating ${wallet.accountId} failed: ${failure}`;
    throw new RefusedByChainError(meaning.reason, message);
  }
  // "Already exists" is success only with our key on it; isAccountOurs throws when it is not.
  if (await isAccountOurs(wallet, parts)) return;
  throw new WalletError(
    'ACCOUNT_CREATION_REFUSED',
    `creating ${wallet.accountId} failed: ${failure}`,
  );
}

/**
 * At a final block. A single node suffices for "there is none" and for "it is ours" where no other answers:
 * a second creation would fail as a whole.
 * @throws WalletError `ACCOUNT_KEY_MISMATCH` when it has another key
 */
async function isAccountOurs(wallet: ClaimedWallet, parts: CreateWalletParts): Promise<boolean> {
  const found = await viewAccountOf(wallet, parts, { mayStandAlone: true });
  const sure =
    found === 'of another' ? await viewAccountOf(wallet, parts, { mayStandAlone: false }) : found;
  if (sure !== 'of another') return sure === 'ours';
  throw new WalletError('ACCOUNT_KEY_MISMATCH', `${wallet.accountId} exists under another key`);
}

/** Key and account at one block: between two blocks the other half of the work may create both. */
async function viewAccountOf(
  { accountId, publicKey }: ClaimedWallet,
  parts: CreateWalletParts,
  { mayStandAlone }: { mayStandAlone: boolean },
): Promise<'ours' | 'of another' | 'none'> {
  const { chain } = parts;
  return askUntilAgreed(parts, {
    about: accountId,
    mayStandAlone,
    ask: async (view) => {
      const key = await chain.viewAccessKey({ accountId, publicKey, ...view });
      if (key?.fullAccess) return 'ours';
      return (await chain.viewAccount({ accountId, ...view })) ? 'of another' : 'none';
    },
  });
}

interface PaidReward {
  baseUnits: bigint;
  tokenContract: string;
}

/** @returns what a transaction of ours paid; null when an older app paid it. */
async function ensureReward(wallet: ClaimedWallet, known: Known): Promise<PaidReward | null> {
  const { parts, isNew, isUntouched } = known;
  const { ledger, gate } = parts;
  const isPaidByUs = await hasSucceeded('REWARD', known);
  const paid = isNew ? null : await ledger.readCompletedReward(wallet.userId);
  // As it was paid: the configured amount may have changed.
  if (paid && isPaidByUs) {
    return { baseUnits: BigInt(paid.amount), tokenContract: paid.tokenContract };
  }
  if (paid) return null;

  let maxWallets = maxRewardsInTransaction;
  let failures = 0;
  let neverExecuted = 0;
  for (let askFirst = !isUntouched; neverExecuted < neverExecutedLimit; askFirst = true) {
    const isAgain = neverExecuted + failures > 0 || known.history.some(isOfReward);
    if (askFirst) await requireUnrewarded(wallet, parts, isAgain);
    const signed = await parts.signer.sign({ wallet, purpose: 'REWARD', maxWallets });
    if (signed.settled.status === 'SUCCEEDED') return gate.service().reward;
    if (signed.settled.status === 'DEAD') neverExecuted += 1;
    else {
      failures += 1;
      const smaller = smallerGroup(wallet, signed);
      maxWallets = failures < failuresInCompany ? smaller : 1;
    }
  }
  const message = `paying the reward to ${wallet.accountId}: ${neverExecutedLimit} transactions expired or were invalidated, none was executed`;
  throw new WalletError('REWARD_REFUSED', message);
}

/**
 * A shared transaction failed as a whole. The failing action names a suspect, which goes alone next time;
 * without an index the group is halved. A wallet fails only when it fails alone.
 * @returns how many wallets may share this one's next transaction
 */
function smallerGroup(wallet: ClaimedWallet, { settled, userIds }: SignedFor): number {
  const failure = settled.failure ?? '';
  const meaning = readActionError(failure);
  const message = `paying the reward to ${wallet.accountId} failed: ${failure}`;
  if (meaning.kind === 'service') throw new RefusedByChainError(meaning.reason, message);
  if (userIds.length === 1) throw new WalletError('REWARD_REFUSED', message);
  const index = meaning.kind === 'wallet' ? meaning.actionIndex : null;
  if (index === null) return Math.ceil(userIds.length / 2);
  return userIds[walletOfAction(index)] === wallet.userId ? 1 : maxRewardsInTransaction;
}

function isOfReward({ walletPurpose }: WalletTransaction): boolean {
  return walletPurpose === 'REWARD';
}

/**
 * Before any new signature: an account with another key must not be paid, and one that is registered, but
 * by no transaction of ours, is for an operator.
 * @param isAgain a transaction of ours has tried before: then a single node's answer is not enough
 */
async function requireUnrewarded(
  wallet: ClaimedWallet,
  parts: CreateWalletParts,
  isAgain: boolean,
): Promise<void> {
  await isAccountOurs(wallet, parts);
  const { chain, gate } = parts;
  const { accountId } = wallet;
  const { tokenContract } = gate.service().reward;
  const isRegistered = (mayStandAlone: boolean) =>
    askUntilAgreed(parts, {
      about: `the registration of ${accountId}`,
      mayStandAlone,
      ask: (view) => chain.isRegistered({ tokenContract, accountId, ...view }),
    });
  if ((await isRegistered(!isAgain)) && (isAgain || (await isRegistered(false)))) {
    const message = `${accountId} is registered with ${tokenContract}, by no transaction in this database: it may have been paid`;
    throw new WalletError('REWARD_UNPROVEN', message);
  }
}

/** Whether a transaction signed for the purpose has succeeded; waits while it is open. */
async function hasSucceeded(
  purpose: WalletPurpose,
  { history, parts: { settler } }: Known,
): Promise<boolean> {
  // By its link, not by its time: two machines' clocks may disagree on which was last.
  const live = history.find((each) => each.walletPurpose === purpose && each.live);
  if (!live) return false;
  const isOpen = live.status === 'SIGNED' || live.status === 'SENT';
  const { status } = isOpen ? await settler.settle(live) : live;
  return status === 'SUCCEEDED';
}

/**
 * At a final block, after the reward is final. Only we have the key before READY, so a node that shows less
 * than we paid lags, and its answer must not be stored. A wallet that an older app rewarded may have spent
 * the reward.
 */
async function readBalance(
  { accountId }: ClaimedWallet,
  parts: CreateWalletParts,
  paid: PaidReward | null,
): Promise<{ balance: string }> {
  const { chain, gate, clock, signal } = parts;
  const { tokenContract, decimals } = gate.service().reward;
  const least = paid?.tokenContract === tokenContract ? paid.baseUnits : 0n;
  for (let reads = 1; ; reads += 1) {
    const balance = await chain.viewTokenBalance({
      tokenContract,
      accountId,
      // A single lagging node must not interrupt the work.
      confirmBelow: reads === balanceReads ? least : 0n,
    });
    if (balance >= least) {
      const isPlain = least > 0n && balance === least;
      const shown = isPlain ? balance : await confirmBalance(accountId, parts, { balance, least });
      return { balance: toDecimal(shown, decimals) };
    }
    if (reads === balanceReads || signal.aborted) {
      const message = `the nodes show ${accountId} without its reward, which is final: they are behind`;
      throw new ServiceError('NODES_LAG', message);
    }
    await clock.sleep(balancePauseMs, signal);
  }
}

/**
 * Others may have sent tokens, too, which two nodes must confirm. What we paid is there in any case. For an
 * older app's payment a single node suffices where no other answers.
 */
async function confirmBalance(
  accountId: string,
  { chain, gate }: CreateWalletParts,
  { balance, least }: { balance: bigint; least: bigint },
): Promise<bigint> {
  const { tokenContract } = gate.service().reward;
  const { height: atHeight } = await chain.readFinalBlock();
  try {
    const view = { tokenContract, accountId, atHeight, agreed: true };
    const agreed = await chain.viewTokenBalance(view);
    // That block may be from before the reward.
    return agreed > least ? agreed : least;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.code === 'NODES_DISAGREE') return least;
    if (error.code === 'UNCONFIRMED') return least > 0n ? least : balance;
    throw error;
  }
}
