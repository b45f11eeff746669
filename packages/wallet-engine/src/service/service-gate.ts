import type { Clock } from '../core/clock.ts';
import { type EngineConfig, hourMs } from '../core/engine-config.ts';
import {
  isStartRefusal,
  isUndecided,
  type PauseReason,
  RefusedByChainError,
  ServiceError,
} from '../core/errors.ts';
import type { EngineLog } from '../core/log.ts';
import type { EngineObserver } from '../ports/engine-observer.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { BlockReference, FinalBlock, NearChain } from '../ports/near-chain.ts';
import type { Deployment, TransactionLedger } from '../ports/transaction-ledger.ts';
import type { DatabaseMemory } from './database-memory.ts';
import {
  afterServiceError,
  closedBecause,
  type GateKnowledge,
  isProbeDue,
  isTreasuryDue,
  isUnwatched,
  lossesHiddenForMs,
  type Openness,
  opennessOf,
} from './gate-decisions.ts';
import { type Interruption, interruptedBy, isInterrupted } from './interruption.ts';
import {
  meetChain,
  refuse,
  requireServiceKey,
  type Service,
  viewRegistration,
} from './meet-chain.ts';
import {
  afterRefusedTry,
  isBeforeNextTry,
  isHeldElsewhere,
  isTimeToReport,
  noPause,
  noRefusedTries,
  probeEveryMs,
  withPauseHeld,
  withPauseSeen,
} from './pause-knowledge.ts';
import { refusalByDeployment } from './start-checks.ts';
import { checkTreasury, createRunwayWarning } from './treasury.ts';

/**
 * Whether work may begin. Errors of one process close its gate for a while, errors of the service close
 * every gate through the deployment row; both are probed again and end by themselves.
 */
export interface ServiceGate {
  /** Probes what is due. `closed`: no call to the chain may be made. */
  check(): Promise<Openness>;
  /** Why it is not open, a code; null when it is. */
  reason(): string | null;
  /** Why this process alone begins nothing, a code, even while nobody is paused; null when there is no such reason. */
  interruptedBy(): string | null;
  /** Why a process with this configuration must not start at all; null when it may. */
  refusal(): ServiceError | null;
  /** @throws ServiceError why the chain has not been met yet */
  service(): Service;
  /**
   * Since when this process has had its database without interruption, by its own clock. What was requested
   * before may have been signed in commits lost with another database, in a failover that a suspended process
   * did not notice.
   */
  databaseSinceMs(): number;
  /**
   * How long, in milliseconds, final blocks may not show yet what another process signed in commits that were
   * lost while this one was without its database; 0 where it never was.
   */
  lossesHiddenForMs(): number;
  /** A recent final block to name in a transaction. */
  reference(): Promise<BlockReference>;
  /**
   * Compares the database with what this process knows of it, apart from `check`, which waits for nodes: a slow one
   * must not look like a database that was away.
   * @throws ServiceError `DATABASE_BUSY`; `DATABASE_BEHIND_CHAIN`
   */
  watchDatabase(): Promise<void>;
  /**
   * Reads the service account's final balances, stores them, and warns when they run low.
   * @throws ServiceError when another wallet is not covered, or not within the spend limits
   */
  refreshTreasury(): Promise<void>;
  /** Pauses all processes, or interrupts this one, as the error's `pause` says. */
  report(error: ServiceError): Promise<void>;
  /**
   * To be called when a node rejects a transaction because of key, account or treasury. Reads them from
   * the chain and reports what it shows; a single node's rejection stops nothing.
   */
  recheck(): Promise<void>;
}

const referenceMaxAgeMs = 1_000;

interface GateParts {
  config: EngineConfig;
  ledger: TransactionLedger;
  memory: DatabaseMemory;
  chain: NearChain;
  vault: KeyVault;
  clock: Clock;
  log: EngineLog;
  observer: EngineObserver;
  newDeploymentId: () => Promise<string>;
}

export function createServiceGate(parts: GateParts): ServiceGate {
  return new Gate(parts);
}

class Gate implements ServiceGate {
  readonly #parts: GateParts;
  readonly #onRunway: (wallets: number) => void;
  #service: Service | null = null;
  #reference: { block: FinalBlock; atMs: number } | null = null;
  #interruption: Interruption | null = null;
  #pauseReason: PauseReason | null = null;
  #pause = noPause;
  #refusedTries = noRefusedTries;
  #probedAtMs = Number.NEGATIVE_INFINITY;
  #recheckedAtMs = Number.NEGATIVE_INFINITY;
  #treasuryAskedAtMs: number | null = null;
  /** When it was last logged that the treasury cannot be read; null: it was read since. */
  #unreadLoggedAtMs: number | null = null;
  #databaseSinceMs: number;
  /** The same, but null in a process that was never without it. */
  #databaseBackAtMs: number | null = null;
  /** A call failed since it was compared last, whatever interrupts this process. */
  #isDatabaseAway = false;
  #comparedAtMs: number;

  constructor(parts: GateParts) {
    this.#parts = parts;
    this.#onRunway = createRunwayWarning(parts);
    this.#databaseSinceMs = this.#nowMs();
    this.#comparedAtMs = this.#nowMs();
  }

  async check(): Promise<Openness> {
    const { log } = this.#parts;
    if (isInterrupted(this.#interruption, this.#nowMs())) return 'closed';
    try {
      await this.#examine();
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      await this.report(error).catch((cause) =>
        log.error(
          { cause },
          'signing could not be paused in the database: other processes may still sign',
        ),
      );
    }
    return opennessOf(this.#knowledge());
  }

  reason(): string | null {
    return closedBecause(this.#knowledge());
  }

  interruptedBy(): string | null {
    return closedBecause({ ...this.#knowledge(), pauseReason: null });
  }

  refusal(): ServiceError | null {
    const error = this.#interruption?.error;
    return error && isStartRefusal(error.code) ? error : null;
  }

  service(): Service {
    if (this.#service) return this.#service;
    const notMet = new ServiceError(
      'CHAIN_NOT_MET',
      'this process has not connected to its chain yet',
    );
    throw this.#interruption?.error ?? notMet;
  }

  databaseSinceMs(): number {
    return this.#databaseSinceMs;
  }

  async watchDatabase(): Promise<void> {
    if (this.#service) await this.#compareDatabase();
  }

  lossesHiddenForMs(): number {
    return lossesHiddenForMs({ backAtMs: this.#databaseBackAtMs, nowMs: this.#nowMs() });
  }

  async reference(): Promise<FinalBlock> {
    const { block, atMs } = this.#reference ?? {};
    if (block && atMs !== undefined && this.#nowMs() - atMs < referenceMaxAgeMs) return block;
    this.#reference = { block: await this.#parts.chain.readFinalBlock(), atMs: this.#nowMs() };
    return this.#reference.block;
  }

  async refreshTreasury(): Promise<void> {
    const { reward, deployment } = this.service();
    this.#treasuryAskedAtMs = this.#nowMs();
    // Both nodes can answer for a height that both have reached.
    const agreedHeight = await this.#parts.chain.readAgreedHeight();
    const atHeight = agreedHeight || (await this.reference()).height;
    const before = deployment.treasury;
    await checkTreasury(this.#parts, { reward, before, atHeight, onRunway: this.#onRunway });
    this.#unreadLoggedAtMs = null;
  }

  async report(error: ServiceError): Promise<void> {
    const { observer, log } = this.#parts;
    const { code, message } = error;
    const nowMs = this.#nowMs();
    if (code === 'DATABASE_BUSY') this.#isDatabaseAway = true;
    const after = afterServiceError(error, this.#knowledge(), nowMs);
    if (after.step === 'nothing') return;
    if (after.step === 'pause everybody') return this.#pauseEverybody(after.reason, error);
    const { refusal: reason, isNew } = after;
    if (reason) log.error({ reason, message }, 'this process refuses to work');
    if (!isNew) return;
    this.#interruption = interruptedBy(error, { before: this.#interruption, nowMs });
    const { breakMs } = this.#interruption;
    observer.serviceError({ code });
    log.warn({ code, message, breakMs }, 'work is interrupted');
  }

  async recheck(): Promise<void> {
    if (!this.#service || this.#nowMs() - this.#recheckedAtMs < probeEveryMs) return;
    this.#recheckedAtMs = this.#nowMs();
    try {
      await requireServiceKey(this.#parts);
      await this.refreshTreasury();
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      // Without an answer the rejection is not confirmed.
      if (error.pause) await this.report(error);
    }
  }

  #nowMs(): number {
    return this.#parts.clock.now();
  }

  #knowledge(): GateKnowledge {
    const isMet = this.#service !== null;
    return { isMet, interruption: this.#interruption, pauseReason: this.#pauseReason };
  }

  /** @throws ServiceError why work may not begin */
  async #examine(): Promise<void> {
    const { config, chain, log } = this.#parts;
    if (!this.#service) {
      this.#service = await meetChain(this.#parts);
      const { deploymentId } = this.#service.deployment;
      log.info(
        { deployment: deploymentId },
        'connected: nodes, service account, token and database belong together',
      );
    }
    const deployment = await this.#compareDatabase();
    // Changed by an operator since this process began.
    refuse(refusalByDeployment(config, deployment));
    this.#pauseReason = deployment.pauseReason;
    if (this.#pauseReason === null) this.#pause = noPause;
    this.#service = { ...this.#service, deployment };
    if (this.#interruption) await chain.readFinalBlock();
    this.#interruption = null;
    if (this.#pauseReason) await this.#probe(this.#pauseReason, this.#service);
    await this.#readTreasuryWhenOld(deployment);
  }

  /** @throws ServiceError `DATABASE_BUSY`; `DATABASE_BEHIND_CHAIN` */
  async #compareDatabase(): Promise<Deployment> {
    const deployment = await this.#parts.memory.compare();
    const nowMs = this.#nowMs();
    if (this.#isDatabaseAway || isUnwatched({ comparedAtMs: this.#comparedAtMs, nowMs })) {
      this.#databaseSinceMs = nowMs;
      this.#databaseBackAtMs = nowMs;
    }
    this.#isDatabaseAway = false;
    this.#comparedAtMs = nowMs;
    return deployment;
  }

  async #readTreasuryWhenOld({ treasury }: Deployment): Promise<void> {
    const asked = { askedAtMs: this.#treasuryAskedAtMs, nowMs: this.#nowMs() };
    if (!isTreasuryDue({ readAtMs: treasury?.readAtMs ?? null, ...asked })) return;
    await this.refreshTreasury().catch((error) => {
      // An older reading is safe: what was spent since counts against it.
      const isNodes = error instanceof ServiceError && error.pause === null;
      if (!isNodes || treasury === null) throw error;
      this.#logUnread(error);
    });
  }

  #logUnread(error: ServiceError): void {
    const nowMs = this.#nowMs();
    if (this.#unreadLoggedAtMs !== null && nowMs - this.#unreadLoggedAtMs < hourMs) return;
    this.#unreadLoggedAtMs = nowMs;
    this.#parts.log.warn(
      { error },
      'the balances of the service account could not be read; the last ones read stay in use',
    );
  }

  /** Ends a pause when its reason is gone. A pause that an operator or a reconciliation must end stays. */
  async #probe(reason: PauseReason, { reward, deployment }: Service): Promise<void> {
    const { config, chain, ledger, log } = this.#parts;
    const { tokenContract } = config;
    const nowMs = this.#nowMs();
    if (!isProbeDue(reason, { probedAtMs: this.#probedAtMs, nowMs })) return;
    this.#probedAtMs = nowMs;
    if (isBeforeNextTry(this.#refusedTries, { reason, nowMs })) return this.#holdPause(reason);
    try {
      await requireServiceKey(this.#parts);
      await chain.viewTokenDecimals({ tokenContract });
      // The registration may have failed because the token now asks for more.
      const expected = reward.registrationYocto;
      reward.registrationYocto = await viewRegistration(chain, { tokenContract, expected });
      await this.refreshTreasury();
    } catch (error) {
      // The pause stays. No reason for a break: what was signed before it can be settled.
      if (isUndecided(error)) return this.#logUnread(error);
      const isStillSo = error instanceof ServiceError && error.pause === reason;
      if (isStillSo) await this.#holdPause(reason);
      throw error;
    }
    const { pausedAtMs } = deployment;
    const found = { pausedAtMs, nowMs: this.#nowMs() };
    this.#pause = withPauseSeen(this.#pause, found);
    if (isHeldElsewhere(this.#pause, found)) return this.#reportOtherSettings(reason);
    if (!(await ledger.resume({ reason, pausedAtMs }))) return;
    this.#pauseReason = null;
    this.#pause = noPause;
    log.info({ reason }, 'signing resumes: the reason for the pause is gone');
  }

  async #holdPause(reason: PauseReason): Promise<void> {
    const writtenMs = await this.#parts.ledger.holdPause({ reason });
    if (writtenMs !== null) this.#pause = { ...this.#pause, writtenMs };
  }

  #reportOtherSettings(reason: PauseReason): void {
    this.#pause = withPauseHeld(this.#pause);
    if (!isTimeToReport(this.#pause)) return;
    this.#parts.log.warn(
      { code: 'SETTINGS_DIFFER', reason },
      'another process keeps signing paused, which the settings of this process do not call for',
    );
  }

  async #pauseEverybody(reason: PauseReason, error: ServiceError): Promise<void> {
    const { observer, log, ledger } = this.#parts;
    const { code, message } = error;
    const nowMs = this.#nowMs();
    if (this.#pauseReason !== reason) {
      observer.serviceError({ code });
      log.error({ reason, message }, 'signing is paused');
      if (error instanceof RefusedByChainError)
        this.#refusedTries = afterRefusedTry(this.#refusedTries, { reason, nowMs });
    }
    this.#pauseReason = reason;
    this.#probedAtMs = nowMs;
    const writtenMs = this.#pause.writtenMs ?? nowMs;
    this.#pause = { ...this.#pause, writtenMs };
    await ledger.pause({ reason, nowMs: writtenMs });
  }
}
