import type { EngineConfig } from '../../../core/engine-config.ts';
import type { WalletEngine } from '../../../wallets/wallet-engine.ts';
import type { SimulatedNetwork } from '../faults/simulated-network.ts';
import type { SimulatedSettings } from '../simulated-settings.ts';
import { SeededRandom } from '../world/seeded-random.ts';
import type { WorkerOptions, World } from '../world/world.ts';
import type { DatabaseLink } from '../world/world-database.ts';
import {
  noDangers,
  type ProcessDangers,
  type ProcessWatch,
  SimulatedProcess,
} from './simulated-process.ts';
import type { SimulatedWebProcesses } from './simulated-web-processes.ts';

export interface Running {
  process: SimulatedProcess;
  engine: WalletEngine;
  /** It is configured differently; stopped when calm comes. */
  differs: boolean;
  /** Its keys are those of the database: it may be asked for wallets. */
  isOpen: boolean;
  /** It only requests wallets. */
  isWeb: boolean;
}

interface FleetParts {
  seed: number;
  world: World;
  network: SimulatedNetwork;
  settings: SimulatedSettings;
  webs: SimulatedWebProcesses;
  random: SeededRandom;
  /** Draws how processes start and stop, apart from their faults. */
  lifecycle: SeededRandom;
  watch: ProcessWatch;
  lanes: number;
  /** Of the storm's workers; null: none. */
  spendLimitYocto: bigint | null;
  /** Endpoints of another chain. */
  mistakenUrls: readonly string[];
  /** What the operator allows: nothing starts while a backup is being restored. */
  operator: () => { hasRestored: boolean; mayStartWorkers(): boolean; isReconciling(): boolean };
  note(name: string, error: unknown): void;
}

const mostWorkers = 3;

/** The processes of one run: workers, and web processes that only request wallets. */
export class SimulatedFleet {
  /** Faults of processes that start; none after the storm. */
  dangers: ProcessDangers = noDangers;
  readonly #parts: FleetParts;
  readonly #workers: Running[] = [];
  /** By number, from 1. */
  readonly #webs = new Map<number, Running>();
  #isStorm = true;
  #made = 0;
  #linksMade = 0;

  constructor(parts: FleetParts) {
    this.#parts = parts;
  }

  /** Processes that answer requests. */
  serving(): Running[] {
    return this.#all().filter(({ process, isOpen }) => isOpen && !process.isDead);
  }

  aliveWorkers(): Running[] {
    return this.#workers.filter(({ process }) => !process.isDead);
  }

  alive(): SimulatedProcess[] {
    return this.#all()
      .map(({ process }) => process)
      .filter(({ isDead }) => !isDead);
  }

  busyLanes(): number {
    return this.aliveWorkers().reduce((busy, { engine }) => busy + engine.vitals().lanes.busy, 0);
  }

  /** From now on with these faults, also for the processes that run. */
  beginStorm(dangers: ProcessDangers): void {
    this.dangers = dangers;
    for (const { process } of this.#workers) process.dangers = dangers;
  }

  /** No more faults; processes with other settings or a spend limit are replaced. */
  calm(): void {
    this.#isStorm = false;
    this.dangers = noDangers;
    for (const { process, differs } of this.#all()) {
      process.dangers = noDangers;
      if (differs) process.isDead = true;
    }
    // A limit is raised by starting again with another one.
    if (this.#parts.spendLimitYocto === null) return;
    for (const { process } of this.#workers) process.isDead = true;
  }

  startWorker(): void {
    const { world, settings, watch, lanes, spendLimitYocto, lifecycle, operator } = this.#parts;
    if (!operator().mayStartWorkers() || this.aliveWorkers().length >= mostWorkers) return;
    this.#made += 1;
    const name = `worker${this.#made}`;
    const mayDiffer = this.#isStorm && !operator().hasRestored;
    const own = mayDiffer ? settings.draw() : null;
    if (own) {
      watch.count(`event: worker with ${own.name}`);
      watch.trace(`${name} has ${own.name}`);
    }
    const process = this.newProcess(name, own?.skewMs ?? null);
    const { vault, config } = own?.options ?? {};
    const engine = world.engine({
      name,
      config: {
        lanes,
        ...this.#stockConfig(),
        spendLimitHourYocto: this.#isStorm ? spendLimitYocto : null,
        ...config,
      },
      ...(vault && { vault }),
      contradicts: own?.contradicts ?? false,
      ...this.wiring(),
      ...this.#portsOf(process),
    });
    const running = { process, engine, differs: own !== null, isOpen: false, isWeb: false };
    this.#workers.push(running);
    const isTicked = this.#isStorm && lifecycle.chance(0.05);
    watch.trace(`${name} ${isTicked ? 'is called by ticks' : 'starts'}`);
    this.#open(running, { vault, isTicked, contradicts: own?.contradicts ?? false });
  }

  /** Kills a worker, or stops it gracefully, and starts another one later. */
  killWorker(): void {
    const { random, lifecycle, watch, note } = this.#parts;
    const [first, ...others] = this.aliveWorkers();
    if (!first) return;
    const { process, engine } = random.pick([first, ...others]);
    if (lifecycle.chance(0.3)) {
      watch.count('event: stopped worker');
      watch.trace(`${process.name} is told to stop`);
      engine
        .stop()
        .catch((error) => note(process.name, error))
        .finally(() => {
          process.isDead = true;
        });
    } else process.crash('any moment');
    this.#at(random.between(500, 10_000), () => this.startWorker());
  }

  /** As by a supervisor: a worker when none is left, and every web process that crashed. */
  revive(): void {
    if (this.#parts.operator().isReconciling()) return;
    if (this.aliveWorkers().length === 0) this.startWorker();
    this.startWebs();
  }

  startWebs(): void {
    if (!this.#parts.operator().mayStartWorkers()) return;
    for (let number = 1; number <= this.#parts.webs.count; number += 1) {
      const running = this.#webs.get(number);
      if (!running || running.process.isDead) this.#startWeb(number);
    }
  }

  stopAll(): void {
    for (const { process } of this.#all()) process.isDead = true;
  }

  newProcess(name: string, skewMs: number | null = null): SimulatedProcess {
    const { world, random, watch } = this.#parts;
    return new SimulatedProcess({
      name,
      clock: world.clock,
      random,
      watch,
      skewMs: skewMs ?? (random.chance(0.5) ? random.between(-3_000, 3_000) : 0),
      dangers: this.dangers,
    });
  }

  linkOf(process: SimulatedProcess): DatabaseLink {
    this.#linksMade += 1;
    const { seed } = this.#parts;
    return process.link(new SeededRandom(seed * 1_000 + linkSeedOffset + this.#linksMade));
  }

  wiring(): Pick<WorkerOptions, 'urls' | 'transport' | 'expectedChainId'> {
    const { random, lifecycle, network, mistakenUrls } = this.#parts;
    const urls = random.chance(0.5) ? ['node-a', 'node-b'] : ['node-b', 'node-a'];
    for (const url of mistakenUrls) urls.splice(lifecycle.between(0, urls.length), 0, url);
    return { urls, transport: network.transport, expectedChainId: 'devnet' };
  }

  #all(): Running[] {
    return [...this.#workers, ...this.#webs.values()];
  }

  #portsOf(process: SimulatedProcess): Pick<WorkerOptions, 'clock' | 'link' | 'wrap'> {
    return {
      clock: process.clock,
      link: this.linkOf(process),
      wrap: (portName, port, isDatabase) => process.wrap(portName, port, isDatabase),
    };
  }

  #open(
    running: Running,
    {
      vault,
      isTicked,
      contradicts,
    }: Pick<WorkerOptions, 'vault'> & {
      isTicked: boolean;
      contradicts: boolean;
    },
  ): void {
    const { process, engine } = running;
    this.#parts.world
      .requireMasterKeys({ ...(vault && { vault }) })
      .then(async () => {
        // A web process begins to listen when its engine has started, whether or not it has met the
        // chain; that requests may come before then must do no harm where all settings agree.
        running.isOpen = !contradicts;
        if (isTicked) this.#tick(running);
        else await engine.start();
        running.isOpen = true;
      })
      .catch((error) => {
        this.#parts.note(process.name, error);
        process.isDead = true;
      });
  }

  /** Serves requests and starts no background work. */
  #startWeb(number: number): void {
    const { world, webs, watch, lanes } = this.#parts;
    const name = `web${number}.${this.#made}`;
    const { vault, event } = webs.vaultOf(number);
    watch.count(`event: ${event}`);
    watch.trace(`${name} starts: ${event}`);
    const process = this.newProcess(name);
    const engine = world.engine({
      name,
      config: { lanes, ...this.#stockConfig() },
      vault,
      ...this.wiring(),
      ...this.#portsOf(process),
    });
    this.#made += 1;
    this.#webs.set(number, { process, engine, differs: false, isOpen: true, isWeb: true });
  }

  #stockConfig(): Partial<EngineConfig> {
    const { settings, world } = this.#parts;
    const { stock, otherTermsAtMs } = settings;
    if (stock === 0) return {};
    const isChanged = otherTermsAtMs !== null && world.elapsedMs() >= otherTermsAtMs;
    return { stock, ...(isChanged && { initialBalanceYocto: otherInitialYocto }) };
  }

  /** On a platform that lets it run during a request only. */
  #tick(running: Running): void {
    const { watch, lifecycle, note } = this.#parts;
    const { process, engine } = running;
    if (process.isDead) return;
    watch.count('event: tick');
    engine
      .processQueue()
      .catch((error) => note(process.name, error))
      .finally(() => {
        const restMs = lifecycle.between(1_000, 20_000);
        process.pause(restMs);
        this.#at(restMs, () => this.#tick(running));
      });
  }

  #at(delayMs: number, work: () => void): void {
    this.#parts.world.clock.setTimer(work, delayMs);
  }
}

const otherInitialYocto = 4n * 10n ** 22n;
const linkSeedOffset = 21_212_121;
