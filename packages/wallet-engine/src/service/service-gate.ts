import {
  fromMicroCost,
  toBaseUnits,
  toDecimal,
  toMicroCost,
  toMicroFunds,
} from '../core/amounts.ts';
import type { Clock } from '../core/clock.ts';
import { type EngineConfig, hourMs } from '../core/engine-config.ts';
import { isStartRefusal, type PauseReason, ServiceFault } from '../core/errors.ts';
import type { EngineLog } from '../core/log.ts';
import type { EngineObserver } from '../ports/engine-observer.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { BlockReference, FinalBlock, NearChain } from '../ports/near-chain.ts';
import type { Deployment, TransactionLedger } from '../ports/transaction-ledger.ts';
import type { DatabaseMemory } from './database-memory.ts';
import { requireWithinSpendLimits } from './spend-limits.ts';
import { refusalByDeployment, refusalByToken, type StartRefusal } from './start-checks.ts';
import {
  maxWalletCost,
  mostRegistrationYocto,
  type RewardTerms,
  walletRunway,
} from './transaction-plan.ts';

export interface Reward extends RewardTerms {
  tokenContract: string;
}

/** What is known once the chain has been met and found to be the right one. */
export interface Service {
  deployment: Deployment;
  reward: Reward;
}

/**
 * Whether work may be begun. Faults of one process close it for a while, faults of the service
 * close every process's through the deployment row; both are probed again and end by themselves.
 */
export interface ServiceGate {
  /** Probes what is due to be probed. `closed`: nothing at all may be done with the chain. */
  check(): Promise<'open' | 'settling-only' | 'closed'>;
  /** Why it is not open; null when it is. */
  reason(): string | null;
  /** Why a process with this configuration must not start at all; null when it may. */
  refusal(): ServiceFault | null;
  /** @throws ServiceFault why the chain was not met yet */
  service(): Service;
  /**
   * Since when this process has had its database without a break. What was asked for before may have
   * been signed for in commits that went down with another database: one that failed over.
   */
  databaseSinceMs(): number;
  /** A recent final block to name in a transaction. */
  reference(): Promise<BlockReference>;
  /**
   * Asks for the service account's final balances, writes them down, and warns when they come to
   * an end.
   * @throws ServiceFault when another wallet is not covered, or not within the spend limits
   */
  refreshTreasury(): Promise<void>;
  report(fault: ServiceFault): Promise<void>;
  /**
   * A node refuses what this service signs, as if key, account or treasury were at fault. The chain is
   * asked, and its answer is reported; one node's refusal alone stops nobody.
   */
  recheck(): Promise<void>;
}

const nearDecimals = 24;
const probeEveryMs = 2_000;
/** Whoever has the reason of a pause says so at each probe: it is nobody's any more after so long. */
const heldForMs = 10_000;
/** Of a reading by whichever process, its block being some seconds old when it is read. */
const treasuryMaxAgeMs = 7_000;
const referenceMaxAgeMs = 1_000;
const firstBreakMs = 1_000;
const longestBreakMs = 15_000;
/** No node can tell when it ends; another process, which has the key, takes the wallet meanwhile. */
const missingKeyBreakMs = 5_000;

export function createServiceGate({
  config,
  ledger,
  memory,
  chain,
  vault,
  clock,
  log,
  observer,
  newDeploymentId,
}: {
  config: EngineConfig;
  ledger: TransactionLedger;
  memory: DatabaseMemory;
  chain: NearChain;
  vault: KeyVault;
  clock: Clock;
  log: EngineLog;
  observer: EngineObserver;
  newDeploymentId: () => string;
}): ServiceGate {
  let service: Service | null = null;
  let reference: { block: FinalBlock; atMs: number } | null = null;
  let broken: { fault: ServiceFault; untilMs: number; times: number } | null = null;
  let pauseReason: PauseReason | null = null;
  let warnedAtMs: number | null = null;
  let treasuryAskedAtMs: number | null = null;
  let probedAtMs = Number.NEGATIVE_INFINITY;
  let databaseSinceMs = clock.now();
  let recheckedAtMs = Number.NEGATIVE_INFINITY;
  /** The pause as this process wrote it last. */
  let ownPauseMs: number | null = null;
  let seenPause: { pausedAtMs: number | null; sinceMs: number } | null = null;
  let timesHeld = 0;
  let isOtherTold = false;
  const { serviceAccountId, tokenContract } = config;

  const refuse = (refusal: StartRefusal | null) => {
    if (refusal) throw new ServiceFault(refusal.code, refusal.message);
  };

  const readReference = async (): Promise<FinalBlock> => {
    if (reference && clock.now() - reference.atMs < referenceMaxAgeMs) return reference.block;
    reference = { block: await chain.readFinalBlock(), atMs: clock.now() };
    return reference.block;
  };

  /** Only for settings of our own: a wrong one here must not pay from, or into, the wrong place. */
  const meetChain = async (): Promise<Service> => {
    const known = await ledger.readDeployment();
    // Without a word of the chain, which may not answer for hours while people ask for wallets here.
    // Where nothing was signed yet, settings may still be put right.
    if (known && known.newestHash !== null) refuse(refusalByDeployment(config, known));
    const { genesisHash } = await identifyChain(known);
    const requireSame = (deployment: Deployment) => {
      if (deployment.genesisHash !== genesisHash) {
        const message = `genesis is ${genesisHash}, the database knows another`;
        throw new ServiceFault('WRONG_CHAIN', message);
      }
      refuse(refusalByDeployment(config, deployment));
    };
    const reward = await examineService().catch((error) => {
      if (known) requireSame(known);
      throw error;
    });
    // Last: a mistaken start must not leave a row behind.
    requireSame(
      await ledger.openDeployment({
        deploymentId: newDeploymentId(),
        genesisHash,
        networkId: config.networkId,
        serviceAccountId,
        tokenContract,
        createdAtMs: clock.now(),
      }),
    );
    return { deployment: await memory.compare(), reward };
  };

  /**
   * Nodes of the stored chain when there is one. Where all are of another, the ledger decides: a
   * deployment that has signed nothing may begin anew with the chain of its nodes.
   */
  const identifyChain = async (stored: Deployment | null) => {
    try {
      return await chain.requireChain({ genesisHash: stored?.genesisHash ?? null });
    } catch (error) {
      if (!stored || !(error instanceof ServiceFault && error.code === 'WRONG_CHAIN')) throw error;
      return chain.requireChain({ genesisHash: null });
    }
  };

  /** Whether the account can pay and the token be paid. */
  const examineService = async (): Promise<Reward> => {
    await checkServiceKey();
    const decimals = await chain.viewTokenDecimals({ tokenContract });
    refuse(refusalByToken(config, decimals));
    const baseUnits = toBaseUnits(config.signupReward, decimals);
    const registrationYocto = await viewRegistration();
    return { tokenContract, baseUnits, decimals, registrationYocto };
  };

  /** It is paid for each wallet, by the word of the nodes. */
  const viewRegistration = async (): Promise<bigint> => {
    const yocto = await chain.viewRegistrationDeposit({ tokenContract });
    if (yocto <= mostRegistrationYocto) return yocto;
    const near = (amount: bigint) => toDecimal(amount, nearDecimals);
    throw new ServiceFault(
      'REGISTRATION_TOO_DEAR',
      `${tokenContract} asks for ${near(yocto)} NEAR to register an account; at most ${near(mostRegistrationYocto)} is given`,
    );
  };

  const checkServiceKey = async () => {
    const accountId = serviceAccountId;
    if (!(await chain.viewAccount({ accountId, confirmAbsence: true }))) {
      throw new ServiceFault('SERVICE_ACCOUNT_MISSING', `${serviceAccountId} does not exist`);
    }
    // The account's own key is derived from nothing.
    const publicKey = vault.lanePublicKey({ deploymentId: '', laneNumber: 0 });
    const key = await chain.viewAccessKey({ accountId, publicKey, confirmAbsence: true });
    if (!key?.fullAccess) {
      throw new ServiceFault('SERVICE_KEY_INVALID', `${publicKey} has no full access`);
    }
  };

  const known = (): Service => {
    if (service) return service;
    throw broken?.fault ?? new ServiceFault('CHAIN_NOT_MET', 'this process has not met the chain');
  };

  const refreshTreasury = async () => {
    const { reward } = known();
    treasuryAskedAtMs = clock.now();
    // Both of one block, at its height: a node that lags gives an old balance and its old height, so
    // that what was settled since still counts.
    const { height: atHeight } = await readReference();
    const { initialBalanceYocto } = config;
    const cost = maxWalletCost({ initialBalanceYocto, reward });
    const reserve = toMicroCost(config.reserveYocto, nearDecimals);
    const [account, tokenBalance] = await Promise.all([
      chain.viewAccount({
        accountId: serviceAccountId,
        atHeight,
        confirmAbsence: true,
        confirmBelowYocto: fromMicroCost(cost.microNear + reserve, nearDecimals),
      }),
      chain.viewTokenBalance({
        tokenContract,
        accountId: serviceAccountId,
        atHeight,
        confirmBelow: fromMicroCost(cost.microToken, reward.decimals),
      }),
    ]);
    if (!account) {
      throw new ServiceFault('SERVICE_ACCOUNT_MISSING', `${serviceAccountId} does not exist`);
    }
    const microNear = toMicroFunds(account.amountYocto, nearDecimals);
    const microToken = toMicroFunds(tokenBalance, reward.decimals);
    const runwayWallets = walletRunway({
      fundsMicroNear: microNear - reserve,
      fundsMicroToken: microToken,
      initialBalanceYocto,
      reward,
    });
    const nowMs = clock.now();
    await ledger.recordTreasury({
      microNear,
      microToken,
      runwayWallets,
      height: atHeight,
      readAtMs: nowMs,
    });
    warnOfRunway(runwayWallets);
    if (microNear < cost.microNear + reserve) {
      throw new ServiceFault('TREASURY_NEAR_LOW', `${microNear} micro NEAR are left`);
    }
    if (microToken < cost.microToken) {
      throw new ServiceFault('TREASURY_TOKEN_LOW', `${microToken} micro tokens are left`);
    }
    await requireWithinSpendLimits({ config, ledger, walletCost: cost, nowMs });
  };

  /** Once an hour while it is short, and once when it is filled again. */
  const warnOfRunway = (runwayWallets: number) => {
    const isShort = runwayWallets < config.runwayWarningWallets;
    if (isShort && (warnedAtMs === null || clock.now() - warnedAtMs >= hourMs)) {
      warnedAtMs = clock.now();
      log.warn({ code: 'TREASURY_RUNWAY', runwayWallets }, 'the treasury runs low');
    }
    if (!isShort && warnedAtMs !== null) {
      warnedAtMs = null;
      log.info({ runwayWallets }, 'the treasury is filled again');
    }
  };

  /** Ends a pause when its reason is gone. What an operator or a restore must end stays. */
  const probe = async (reason: PauseReason, { reward, deployment }: Service) => {
    if (reason === 'OPERATOR' || reason === 'DATABASE_BEHIND_CHAIN') return;
    if (clock.now() - probedAtMs < probeEveryMs) return;
    probedAtMs = clock.now();
    try {
      await checkServiceKey();
      await chain.viewTokenDecimals({ tokenContract });
      // The token may have come to ask for more, which is why a registration failed.
      reward.registrationYocto = await viewRegistration();
      await refreshTreasury();
    } catch (error) {
      const isStillSo = error instanceof ServiceFault && error.pause === reason;
      if (isStillSo) ownPauseMs = (await ledger.holdPause({ reason })) ?? ownPauseMs;
      throw error;
    }
    const { pausedAtMs } = deployment;
    if (isHeldElsewhere(pausedAtMs)) return tellOfOtherSettings(reason);
    if (!(await ledger.resume({ reason, pausedAtMs }))) return;
    pauseReason = null;
    forgetPause();
    log.info({ reason }, 'the reason for the pause is gone');
  };

  /** By the settings of another process, a lower limit or a higher reserve: they would pause by turns. */
  const isHeldElsewhere = (pausedAtMs: number | null): boolean => {
    if (pausedAtMs === ownPauseMs) return false;
    if (seenPause?.pausedAtMs !== pausedAtMs) seenPause = { pausedAtMs, sinceMs: clock.now() };
    return Math.abs(clock.now() - seenPause.sinceMs) < heldForMs;
  };

  const forgetPause = () => {
    ownPauseMs = null;
    seenPause = null;
    timesHeld = 0;
    isOtherTold = false;
  };

  const tellOfOtherSettings = (reason: PauseReason) => {
    if (isOtherTold || !seenPause || ++timesHeld < 2 * (heldForMs / probeEveryMs)) return;
    isOtherTold = true;
    log.warn(
      { code: 'SETTINGS_DIFFER', reason },
      'another process holds to a pause that is none by these settings',
    );
  };

  const report = async (fault: ServiceFault) => {
    const { code, pause, message } = fault;
    if (!fault.isNews) return;
    if (pause && !service) {
      // Never met the right chain: the settings of this process are in doubt, not the others'.
      log.error({ reason: pause, message }, 'the chain is refused');
    }
    if (pause && service) {
      if (pauseReason !== pause) {
        observer.serviceFault({ code });
        log.error({ reason: pause, message }, 'signing is paused');
      }
      pauseReason = pause;
      probedAtMs = clock.now();
      ownPauseMs ??= clock.now();
      await ledger.pause({ reason: pause, nowMs: ownPauseMs });
      return;
    }
    // Several calls fail together when a node goes: that is one break, not many.
    if (broken && broken.untilMs > clock.now()) return;
    const times = (broken?.times ?? 0) + 1;
    const breakMs =
      code === 'MASTER_KEY_MISSING'
        ? missingKeyBreakMs
        : Math.min(firstBreakMs * 2 ** (times - 1), longestBreakMs);
    broken = { fault, untilMs: clock.now() + breakMs, times };
    observer.serviceFault({ code });
    log.warn({ code, message, breakMs }, 'work is interrupted');
  };

  const recheck = async () => {
    if (!service || clock.now() - recheckedAtMs < probeEveryMs) return;
    recheckedAtMs = clock.now();
    try {
      await checkServiceKey();
      await refreshTreasury();
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error;
      // Nodes that do not answer have not confirmed it.
      if (error.pause) await report(error);
    }
  };

  const examine = async () => {
    if (!service) {
      service = await meetChain();
      log.info({ deployment: service.deployment.deploymentId }, 'the chain is met');
    }
    const deployment = await memory.compare();
    // Changed by an operator since this process began.
    refuse(refusalByDeployment(config, deployment));
    pauseReason = deployment.pauseReason;
    if (pauseReason === null) forgetPause();
    service = { ...service, deployment };
    if (broken) await chain.readFinalBlock();
    if (broken?.fault.code === 'DATABASE_BUSY') databaseSinceMs = clock.now();
    broken = null;
    if (pauseReason) await probe(pauseReason, service);
    // Or of a time to come, by a clock that is wrong, ours or the chain's.
    const isOld = (atMs: number | null) =>
      atMs === null || Math.abs(clock.now() - atMs) > treasuryMaxAgeMs;
    if (!isOld(deployment.treasuryReadAtMs) || !isOld(treasuryAskedAtMs)) return;
    await refreshTreasury().catch((error) => {
      // An older reading serves as well: whatever was spent since is counted against it.
      const isNodes = error instanceof ServiceFault && error.pause === null;
      if (!isNodes || deployment.treasuryReadAtMs === null) throw error;
      log.warn({ error }, 'the treasury was not read');
    });
  };

  return {
    report,
    recheck,
    reference: readReference,
    refreshTreasury,
    service: known,
    databaseSinceMs: () => databaseSinceMs,
    refusal: () => (broken && isStartRefusal(broken.fault.code) ? broken.fault : null),
    reason: () => pauseReason ?? broken?.fault.code ?? (service ? null : 'CHAIN_NOT_MET'),

    async check() {
      if (broken && broken.untilMs > clock.now()) return 'closed';
      try {
        await examine();
      } catch (error) {
        if (!(error instanceof ServiceFault)) throw error;
        await report(error).catch((cause) => log.error({ cause }, 'the pause was not written'));
      }
      if (!service || broken) return 'closed';
      return pauseReason ? 'settling-only' : 'open';
    },
  };
}
