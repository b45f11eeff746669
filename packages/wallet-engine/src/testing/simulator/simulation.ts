import type { EngineConfig } from '../../core/engine-config.ts';
import { ServiceError, WalletError } from '../../core/errors.ts';
import type { WalletEngine } from '../../wallets/wallet-engine.ts';
import { unbalancedBooks } from './balanced-books.ts';
import { Invariants } from './invariants.ts';
import { PostgresWorldDatabase } from './postgres-world-database.ts';
import { SeededRandom } from './seeded-random.ts';
import { SimulatedChainFaults } from './simulated-chain-faults.ts';
import { SimulatedLiar } from './simulated-liar.ts';
import { healthyNode, quietNetwork, SimulatedNetwork } from './simulated-network.ts';
import { losesIndex, SimulatedNodeFaults } from './simulated-node-faults.ts';
import { SimulatedOperator } from './simulated-operator.ts';
import { noDangers, type ProcessDangers, SimulatedProcess } from './simulated-process.ts';
import { SimulatedSettings, stockKept, stockTermsChanged } from './simulated-settings.ts';
import { SimulatedThief } from './simulated-thief.ts';
import { lostKeys, SimulatedWebProcesses } from './simulated-web-processes.ts';
import { SqliteWorldDatabase } from './sqlite-world-database.ts';
import { isWanted, type WantedFaults } from './wanted-faults.ts';
import { type UserRow, type WorkerOptions, World, worldConfig } from './world.ts';
import type { DatabaseLink, WorldDatabase } from './world-database.ts';

export interface SimulationReport {
  seed: number;
  violations: string[];
  counts: Map<string, number>;
  trace: string[];
  virtualMs: number;
}

interface Running {
  process: SimulatedProcess;
  engine: WalletEngine;
  /** It is configured otherwise than the others; corrected when calm comes. */
  isOdd: boolean;
  /** Its keys are those of the database: it may be asked for wallets. */
  isOpen: boolean;
}

/** After the storm, so long at most until every wallet is READY or told why not. */
const calmLimitMs = 15 * 60_000;
/** More than any honest work needs before the clock moves on. */
const stepsAtOneMoment = 2_000;

/**
 * One run: up to five users, up to three lanes, one to three workers, a storm of whatever this seed
 * has drawn, then calm. The same seed gives the same run to the letter.
 */
export async function simulate(
  seed: number,
  /** Faults beside what the seed draws, and the database below the engine. */
  { lie = null, event = null, database = 'sqlite' }: SimulationOptions = {},
): Promise<SimulationReport> {
  const opened =
    database === 'postgres'
      ? await PostgresWorldDatabase.open()
      : new SqliteWorldDatabase({ isReused: true });
  return new Simulation(seed, { lie, event }, opened).run();
}

export type DatabaseKind = 'sqlite' | 'postgres';

export interface SimulationOptions extends Partial<WantedFaults> {
  database?: DatabaseKind;
}

class Simulation {
  readonly #seed: number;
  readonly #wanted: WantedFaults;
  readonly #random: SeededRandom;
  readonly #counts = new Map<string, number>();
  readonly #trace: string[] = [];
  readonly #violations: string[] = [];
  readonly #world: World;
  readonly #network: SimulatedNetwork;
  readonly #invariants: Invariants;
  readonly #workers: Running[] = [];
  readonly #lanes: number;
  readonly #userIds: string[];
  readonly #chain: SimulatedChainFaults;
  readonly #nodes: SimulatedNodeFaults;
  readonly #liar: SimulatedLiar;
  readonly #settings: SimulatedSettings;
  readonly #webs: SimulatedWebProcesses;
  /** By number, from 1. */
  readonly #webProcesses = new Map<number, Running>();
  readonly #operator: SimulatedOperator;
  /** Of the storm's workers; the operator raises it when calm comes. Null: none. */
  readonly #spendLimitYocto: bigint | null;
  /** The treasury pays for some of the wallets only, until the operator fills it when calm comes. */
  readonly #isPoor: boolean;
  /** Draws how processes begin and end, apart from what strikes them. */
  readonly #manners: SeededRandom;
  readonly #startYocto: bigint;
  /** What is wanted takes minutes to go wrong. */
  readonly #isSlow: boolean;
  /** Nothing much else happens: it would else mostly prevent what is wanted. */
  readonly #isStill: boolean;
  #users: { revision: number; rows: UserRow[] } = { revision: -1, rows: [] };
  #workersMade = 0;
  #linksMade = 0;
  #isStorm = true;
  /** Of those who come late, to what the stock is by then. */
  #yetToCome = 0;
  #dangers: ProcessDangers = noDangers;

  constructor(seed: number, wanted: WantedFaults, database: WorldDatabase) {
    this.#seed = seed;
    this.#wanted = wanted;
    const random = new SeededRandom(seed);
    this.#random = random;
    this.#world = new World({
      genesis: { chainInstanceId: `simulation ${seed}` },
      database,
    });
    this.#settings = new SimulatedSettings({ seed, world: this.#world, wanted });
    this.#webs = new SimulatedWebProcesses({ seed, world: this.#world, wanted });
    this.#world.waitsForSealedKeys = this.#webs.count > 0;
    const { lanes, users } = this.#settings;
    const fewLanes = random.between(1, 3);
    const fewUsers = random.between(1, 5);
    this.#lanes = lanes ?? fewLanes;
    this.#userIds = Array.from({ length: users ?? fewUsers }, (_, index) => `user${index}`);
    const watch = this.#watch;
    this.#world.onLog = (line) => {
      watch.trace(line);
      if (/signing is paused.*SPEND_LIMIT_REACHED/.test(line)) {
        watch.count('event: spend limit reached');
      }
    };
    this.#world.onViolation = (violation) => this.#violations.push(violation);
    const { devnet, clock } = this.#world;
    this.#network = new SimulatedNetwork({ devnet, clock, random, watch });
    this.#network.nodes.set('node-a', healthyNode());
    this.#network.nodes.set('node-b', healthyNode());
    this.#nodes = new SimulatedNodeFaults({
      world: this.#world,
      network: this.#network,
      watch,
      seed,
      wanted,
    });
    this.#liar = new SimulatedLiar({
      world: this.#world,
      network: this.#network,
      watch,
      seed,
      wanted,
    });
    this.#chain = new SimulatedChainFaults({
      world: this.#world,
      network: this.#network,
      watch,
      random,
    });
    this.#invariants = new Invariants(this.#world);
    this.#operator = new SimulatedOperator({
      seed,
      wanted,
      world: this.#world,
      random,
      watch,
      lanes: this.#lanes,
      keepsStock: this.#settings.stock > 0,
      isStorm: () => this.#isStorm,
      isForeign: (userId) => this.#chain.isForeign(userId),
      areKeysRemoved: () => this.#chain.areKeysRemoved,
      newProcess: (name) => this.#newProcess(name),
      linkOf: (process) => this.#linkOf(process),
      wiring: () => this.#wiring(),
      startWorker: () => this.#startWorker(),
      stopWorkers: () => this.#stopAll(),
      onRestored: (isBehind) => {
        this.#invariants.forgive(isBehind);
        // Whoever is told nothing any more, or waits again, asks again.
        for (const { id } of this.#world.users()) this.#visit(id);
      },
      onViolation: (violation) => this.#violations.push(violation),
      note: (name, error) => this.#note(name, error),
    });
    // Drawn apart, so that runs without a limit are those they were before there were limits.
    const limits = new SeededRandom(seed + limitSeedOffset);
    this.#spendLimitYocto = limits.chance(0.2)
      ? BigInt(limits.between(150, 450)) * milliNearYocto
      : null;
    const funds = new SeededRandom(seed + fundsSeedOffset);
    this.#isPoor = funds.chance(0.15);
    if (this.#isPoor) {
      this.#chain.setFunds(
        worldConfig.reserveYocto + BigInt(funds.between(100, 500)) * milliNearYocto,
      );
    }
    this.#manners = new SeededRandom(seed + mannersSeedOffset);
    this.#isSlow = [nearlyOver, longHalt, losesIndex].some((name) => isWanted(wanted, name));
    this.#isStill = this.#isSlow && this.#manners.chance(0.7);
    const { serviceAccountId } = worldConfig;
    this.#startYocto = devnet.inspect().account(serviceAccountId)?.amountYocto ?? 0n;
  }

  readonly #watch = {
    count: (name: string) => {
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    },
    trace: (line: string) => {
      this.#trace.push(`${this.#world.clock.now() - startMs} ms: ${line}`);
    },
  };

  async run(): Promise<SimulationReport> {
    const { clock } = this.#world;
    try {
      if (this.#settings.stock > 0) await this.#fillStock();
      this.#brew();
      for (const { process } of this.#workers) process.dangers = this.#dangers;
      this.#planStorm();
      const workers = this.#random.between(1, 3);
      for (let index = 0; index < workers; index += 1) this.#startWorker();
      this.#reviveWebs();
      // Most find what they find early; a proof of death takes more than a minute.
      const isLong = this.#random.chance(0.04) || this.#isSlow;
      const stormMs = isLong
        ? this.#random.between(75_000, 150_000)
        : this.#random.between(6_000, 25_000);
      await this.#live(stormMs, () => false);
      this.#calm();
      await this.#live(calmLimitMs, () => this.#isOver());
      await this.#live(lanesFreeWithinMs, () => this.#busyLanes() === 0);
      this.#examineEnd();
      this.#violations.push(...(await lostKeys(this.#world)));
    } catch (error) {
      this.#violations.push(`the run broke: ${error instanceof Error ? error.stack : error}`);
    }
    this.#stopAll();
    this.#world.devnet.close();
    this.#nodes.close();
    this.#world.database.close();
    return {
      seed: this.#seed,
      violations: this.#violations,
      counts: this.#counts,
      trace: this.#trace,
      virtualMs: clock.now() - startMs,
    };
  }

  /** Draws which dangers this run has, and how often: few at a time find more than all at once. */
  #brew(): void {
    const random = this.#random;
    const some = (most: number) => (random.chance(0.4) ? random.next() * most : 0);
    const leastPause = isWanted(this.#wanted, 'paused process') ? 0.006 : 0;
    this.#dangers = {
      crash: some(0.012),
      pause: Math.max(some(0.01), leastPause),
      databaseBusy: some(0.05),
    };
    this.#network.dangers = {
      dropRequest: some(0.2),
      dropAnswer: some(0.3),
      delay: some(0.3),
      repeat: some(0.6),
      httpError: some(0.2),
      laggingRefusal: some(0.6),
      unknownTransaction: some(0.6),
    };
    if (!this.#isStill) return;
    this.#dangers = noDangers;
    this.#network.dangers = { ...quietNetwork, dropAnswer: this.#network.dangers.dropAnswer };
  }

  #startWorker(): void {
    if (!this.#operator.mayStartWorkers()) return;
    if (this.#workers.filter(({ process }) => !process.isDead).length >= 3) return;
    this.#workersMade += 1;
    const name = `worker${this.#workersMade}`;
    const mayDiffer = this.#isStorm && !this.#operator.hasRestored;
    const settings = mayDiffer ? this.#settings.draw() : null;
    if (settings) {
      this.#watch.count(`event: worker with ${settings.name}`);
      this.#watch.trace(`${name} has ${settings.name}`);
    }
    const process = this.#newProcess(name, settings?.skewMs ?? null);
    const { vault, config } = settings?.options ?? {};
    const engine = this.#world.engine({
      name,
      config: {
        lanes: this.#lanes,
        ...this.#stockConfig(),
        spendLimitHourYocto: this.#isStorm ? this.#spendLimitYocto : null,
        ...config,
      },
      ...(vault && { vault }),
      contradicts: settings?.contradicts ?? false,
      ...this.#wiring(),
      clock: process.clock,
      link: this.#linkOf(process),
      wrap: (portName, port, isDatabase) => process.wrap(portName, port, isDatabase),
    });
    const running = { process, engine, isOdd: settings !== null, isOpen: false };
    this.#workers.push(running);
    const isTicked = this.#isStorm && this.#manners.chance(0.05);
    this.#watch.trace(`${name} ${isTicked ? 'is called by ticks' : 'starts'}`);
    this.#world
      .requireMasterKeys({ ...(vault && { vault }) })
      .then(async () => {
        // A web process begins to listen when its engine has started, whether or not it has met the
        // chain; that requests may come before then must do no harm where all settings agree.
        running.isOpen = !settings?.contradicts;
        if (isTicked) this.#tick(running);
        else await engine.start();
        running.isOpen = true;
      })
      .catch((error) => {
        this.#note(name, error);
        process.isDead = true;
      });
  }

  /** Serves requests and starts no background work. */
  #startWeb(number: number): void {
    const name = `web${number}.${this.#workersMade}`;
    const { vault, event } = this.#webs.vaultOf(number);
    this.#watch.count(`event: ${event}`);
    this.#watch.trace(`${name} starts: ${event}`);
    const process = this.#newProcess(name);
    const engine = this.#world.engine({
      name,
      config: { lanes: this.#lanes, ...this.#stockConfig() },
      vault,
      ...this.#wiring(),
      clock: process.clock,
      link: this.#linkOf(process),
      wrap: (portName, port, isDatabase) => process.wrap(portName, port, isDatabase),
    });
    this.#workersMade += 1;
    this.#webProcesses.set(number, { process, engine, isOdd: false, isOpen: true });
  }

  /** As by a supervisor, except while a backup is being restored. */
  #reviveWebs(): void {
    if (!this.#operator.mayStartWorkers()) return;
    for (let number = 1; number <= this.#webs.count; number += 1) {
      const running = this.#webProcesses.get(number);
      if (!running || running.process.isDead) this.#startWeb(number);
    }
  }

  #stopAll(): void {
    for (const { process } of [...this.#workers, ...this.#webProcesses.values()]) {
      process.isDead = true;
    }
  }

  #stockConfig(): Partial<EngineConfig> {
    const { stock, otherTermsAtMs } = this.#settings;
    if (stock === 0) return {};
    const isChanged =
      otherTermsAtMs !== null && this.#world.clock.now() - startMs >= otherTermsAtMs;
    return { stock, ...(isChanged && { initialBalanceYocto: 40n * milliNearYocto }) };
  }

  /** Before the storm, which seldom lets one be filled. Where money is short it stays as it is. */
  async #fillStock(): Promise<void> {
    this.#startWorker();
    const isFull = () => {
      const ready = this.#world.rows(
        `SELECT 1 FROM "Wallet" WHERE "ownerId" IS NULL AND "status" = 'READY'`,
      );
      return ready.length >= this.#settings.stock;
    };
    await this.#live(fillLimitMs, isFull);
    this.#watch.trace('the storm begins');
  }

  /** People come while it is filled, full, and empty; its terms may change in between. */
  #planStock(): void {
    const { stock, otherTermsAtMs } = this.#settings;
    if (stock === 0) return;
    const random = new SeededRandom(this.#seed + stockSeedOffset);
    this.#watch.count(`event: ${stockKept}`);
    this.#world.onTaken = () => this.#watch.count('event: taken from the stock');
    for (const userId of this.#userIds) {
      if (random.chance(0.5)) this.#at(random.between(0, 30_000), () => this.#request(userId));
    }
    // Who comes after a restore finds what it has left in stock.
    this.#yetToCome = random.between(1, 4);
    for (let index = 0; index < this.#yetToCome; index += 1) {
      const userId = `late${index}`;
      this.#at(random.between(10_000, 60_000), () => {
        this.#yetToCome -= 1;
        if (this.#world.users().every(({ id }) => id !== userId)) this.#world.addUser(userId);
        this.#visit(userId);
      });
    }
    if (otherTermsAtMs === null) return;
    this.#at(otherTermsAtMs, () => {
      this.#watch.count(`event: ${stockTermsChanged}`);
      this.#watch.trace('all processes are started again, on other terms');
      this.#stopAll();
    });
  }

  /** On a platform that lets it run during a request only. */
  #tick(running: Running): void {
    const { process, engine } = running;
    if (process.isDead) return;
    this.#watch.count('event: tick');
    engine
      .processQueue()
      .catch((error) => this.#note(process.name, error))
      .finally(() => {
        const restMs = this.#manners.between(1_000, 20_000);
        process.pause(restMs);
        this.#at(restMs, () => this.#tick(running));
      });
  }

  #newProcess(name: string, skewMs: number | null = null): SimulatedProcess {
    return new SimulatedProcess({
      name,
      clock: this.#world.clock,
      random: this.#random,
      watch: this.#watch,
      skewMs: skewMs ?? (this.#random.chance(0.5) ? this.#random.between(-3_000, 3_000) : 0),
      dangers: this.#isStorm ? this.#dangers : noDangers,
    });
  }

  #linkOf(process: SimulatedProcess): DatabaseLink {
    this.#linksMade += 1;
    return process.link(new SeededRandom(this.#seed * 1_000 + linkSeedOffset + this.#linksMade));
  }

  #wiring(): Pick<WorkerOptions, 'urls' | 'transport' | 'expectedChainId'> {
    const urls = this.#random.chance(0.5) ? ['node-a', 'node-b'] : ['node-b', 'node-a'];
    for (const url of this.#nodes.mistakenUrls) {
      urls.splice(this.#manners.between(0, urls.length), 0, url);
    }
    return { urls, transport: this.#network.transport, expectedChainId: 'devnet' };
  }

  /** Users ask, perhaps twice and of two processes; some press the button that tries again. */
  #planStorm(): void {
    const random = this.#random;
    for (const userId of this.#userIds) {
      this.#world.addUser(userId);
      const times = random.between(1, 2);
      for (let time = 0; time < times; time += 1) {
        this.#at(random.between(0, 8_000), () => this.#request(userId));
      }
      if (random.chance(0.2)) this.#at(random.between(0, 20_000), () => this.#retry(userId));
    }
    const eventEvery = random.between(1_000, 6_000) * (this.#isStill ? 30 : 1);
    const happen = () => {
      if (!this.#isStorm) return;
      this.#happenToAll();
      this.#at(random.between(500, eventEvery), happen);
    };
    this.#at(eventEvery, happen);
    this.#planRemovals();
    this.#planStock();
    // Of two nodes one is honest and well.
    if (this.#liar.isSure || !this.#nodes.plan()) this.#liar.plan();
    this.#operator.plan();
    if (this.#manners.chance(0.05) || isWanted(this.#wanted, 'transaction no node takes')) {
      this.#at(this.#manners.between(0, 8_000), () => {
        this.#network.refusesNext = this.#isStorm;
      });
    }
    this.#chain.planLongHalt(this.#manners, isWanted(this.#wanted, longHalt));
    if (isWanted(this.#wanted, 'foreign account')) {
      this.#at(random.between(1_000, 8_000), () => this.#chain.planForeignAccount());
    }
    if (isWanted(this.#wanted, nearlyOver)) this.#chain.planNearExpiry(this.#manners);
    this.#chain.addStrangersKeys(this.#settings.strangersKeys);
    this.#planThief();
  }

  /** Drawn apart, so that runs without them are those they were before. */
  #planRemovals(): void {
    const random = new SeededRandom(this.#seed + removalSeedOffset);
    if (!random.chance(0.15) && !isWanted(this.#wanted, keysRemoved)) return;
    const times = random.between(1, 3);
    for (let time = 0; time < times; time += 1) {
      this.#at(random.between(3_000, 20_000), () => {
        if (!this.#isStorm || this.#operator.isUnreconciled) return;
        this.#watch.count(`event: ${keysRemoved}`);
        this.#watch.trace(keysRemoved);
        this.#chain.removeLaneKeys(random).catch((error) => this.#watch.trace(`${error}`));
      });
    }
  }

  #planThief(): void {
    const onViolation = (violation: string) => this.#violations.push(violation);
    const thief = new SimulatedThief({ seed: this.#seed, world: this.#world, onViolation });
    for (const visitMs of thief.visits()) {
      this.#at(visitMs, () => {
        this.#watch.count('event: thief at the vault');
        thief.strike().catch((error) => this.#note('thief', error));
      });
    }
  }

  #at(delayMs: number, work: () => void): void {
    this.#world.clock.setTimer(work, delayMs);
  }

  #request(userId: string): void {
    const serving = [...this.#workers, ...this.#webProcesses.values()];
    const alive = serving.filter(({ process, isOpen }) => isOpen && !process.isDead);
    const [first, ...others] = alive;
    if (!first) {
      this.#at(1_000, () => this.#request(userId));
      return;
    }
    const { engine, process } = this.#random.pick([first, ...others]);
    this.#watch.trace(`${userId} asks ${process.name}`);
    const isWaitedFor = this.#manners.chance(0.1) && !process.name.startsWith('web');
    engine
      .requestWallet(userId)
      .then(async () => {
        if (!isWaitedFor) return;
        this.#watch.count('event: request waits for its wallet');
        await engine.processWallet(userId);
      })
      .catch((error) => this.#note(process.name, error));
  }

  /** As the home page at every visit: it asks until there is a wallet. */
  #visit(userId: string): void {
    if (this.#workers.some(({ process }) => !process.isDead)) this.#request(userId);
    this.#at(5_000, () => {
      const user = this.#world.users().find(({ id }) => id === userId);
      if (user?.walletStatus === null) this.#visit(userId);
    });
  }

  #retry(userId: string): void {
    const alive = this.#workers.find(({ process }) => !process.isDead);
    this.#watch.count('event: retry by the user');
    alive?.engine.retryWallet(userId).catch((error) => this.#note(alive.process.name, error));
  }

  /** What strikes the chain, the nodes, the treasury or the database rather than one message. */
  #happenToAll(): void {
    const random = this.#random;
    const events: [string, () => void][] = [
      ...this.#chain.events(),
      ['new worker', () => this.#startWorker()],
      ['killed worker', () => this.#killWorker()],
      ['backup', () => this.#operator.takeBackup()],
      ['restored backup', () => this.#operator.restoreBackup()],
    ];
    const [name, strike] = events[random.between(0, events.length - 1)] ?? ['nothing', () => {}];
    if (name === 'restored backup' && !random.chance(0.4)) return;
    this.#watch.count(`event: ${name}`);
    this.#watch.trace(name);
    strike();
  }

  #killWorker(): void {
    const alive = this.#workers.filter(({ process }) => !process.isDead);
    const [first, ...others] = alive;
    if (!first) return;
    const { process, engine } = this.#random.pick([first, ...others]);
    if (this.#manners.chance(0.3)) {
      this.#watch.count('event: stopped worker');
      this.#watch.trace(`${process.name} is told to stop`);
      engine
        .stop()
        .catch((error) => this.#note(process.name, error))
        .finally(() => {
          process.isDead = true;
        });
    } else process.crash('any moment');
    this.#at(this.#random.between(500, 10_000), () => this.#startWorker());
  }

  #calm(): void {
    this.#isStorm = false;
    this.#network.dangers = quietNetwork;
    this.#world.faults.clear();
    for (const node of this.#network.nodes.values()) {
      Object.assign(node, { lagBlocks: 0, isDown: false });
    }
    // What one alone remembers needs another's word: sooner or later an operator names a node that has it.
    this.#at(archivalAfterMs, () => {
      for (const node of this.#network.nodes.values()) node.earliestHeight = 0;
    });
    this.#nodes.calm();
    this.#liar.calm();
    this.#operator.calm();
    if (this.#isPoor) this.#chain.setFunds(richYocto);
    for (const { process, isOdd } of this.#workers) {
      process.dangers = noDangers;
      if (isOdd) process.isDead = true;
      // A limit is raised by starting again with another one.
      if (this.#spendLimitYocto !== null) process.isDead = true;
    }
    for (const { process } of this.#webProcesses.values()) process.dangers = noDangers;
    this.#startWorker();
    for (const { id } of this.#world.users()) this.#visit(id);
    this.#watch.trace('calm');
  }

  async #live(durationMs: number, isOver: () => boolean): Promise<void> {
    const { clock } = this.#world;
    const endMs = clock.now() + durationMs;
    let stillMs = clock.now();
    let stepsThere = 0;
    while (clock.now() < endMs && this.#violations.length === 0 && !isOver()) {
      if (!(await clock.step())) throw new Error('the world stands still');
      if (clock.now() > stillMs) stepsThere = 0;
      stillMs = clock.now();
      stepsThere += 1;
      if (stepsThere > stepsAtOneMoment) throw new Error('something turns in a circle');
      const seen = [
        ...this.#invariants.afterStep(),
        ...this.#operator.signedThoughBehind(),
        ...this.#spentTooMuch(),
        ...this.#spentTheReserve(),
      ];
      for (const violation of seen) this.#watch.trace(`VIOLATION: ${violation}`);
      this.#violations.push(...seen);
      this.#reviveWorkers();
      this.#reviveWebs();
    }
  }

  /** Every commit was within the limit, so all of them together are; noops are let through. */
  #spentTooMuch(): string[] {
    if (this.#spendLimitYocto === null || !this.#isStorm || this.#operator.hasRestored) return [];
    if (this.#settings.hasClocksApart) return [];
    const [row] = this.#world.rows<{ spent: number }>(
      `SELECT COALESCE(SUM(COALESCE("spentMicroNear", "maxCostMicroNear")), 0) AS "spent"
        FROM "ChainTransaction" WHERE "purpose" <> 'TOMBSTONE'`,
    );
    const limit = Number(this.#spendLimitYocto / microNearYocto);
    if ((row?.spent ?? 0) <= limit) return [];
    return [`${row?.spent} millionths of NEAR were spent, the limit is ${limit}`];
  }

  /** Noops and the keys somebody removed are let through: a few thousandths at most. */
  #spentTheReserve(): string[] {
    if (!this.#isPoor || !this.#isStorm || this.#operator.hasRestored) return [];
    if (this.#chain.hasExpired || this.#settings.hasClocksApart) return [];
    const account = this.#world.devnet.inspect().account(worldConfig.serviceAccountId);
    const left = account?.amountYocto ?? 0n;
    if (left >= worldConfig.reserveYocto - 10n * milliNearYocto) return [];
    return [`${left / microNearYocto} millionths of NEAR are left, less than the reserve`];
  }

  #reviveWorkers(): void {
    if (this.#operator.isReconciling()) return;
    if (this.#workers.some(({ process }) => !process.isDead)) return;
    this.#startWorker();
  }

  #isOver(): boolean {
    if (this.#operator.isStillBehind() || this.#yetToCome > 0) return false;
    // With a stock nobody may have waited for the end of a halt.
    if (this.#world.isHalted) return false;
    return this.#currentUsers().every(({ id, walletStatus, walletError, walletAvailableAt }) => {
      if (walletStatus === 'READY') return true;
      if (walletStatus !== 'FAILED' || walletAvailableAt !== null) return false;
      if (walletError !== 'TOO_MANY_TAKEOVERS') return true;
      // Ten workers died over it in this storm; its user asks again.
      this.#retry(id);
      return false;
    });
  }

  /** Read again only after a change, since this is asked at every step. */
  #currentUsers(): UserRow[] {
    const revision = this.#world.database.revision();
    if (revision !== this.#users.revision) this.#users = { revision, rows: this.#world.users() };
    return this.#users.rows;
  }

  #busyLanes(): number {
    return this.#workers
      .filter(({ process }) => !process.isDead)
      .reduce((busy, { engine }) => busy + engine.vitals().lanes.busy, 0);
  }

  #examineEnd(): void {
    if (this.#violations.length > 0) return;
    if (this.#busyLanes() > 0) this.#violations.push('a lane is busy although all is done');
    if (this.#isAccountOurs()) {
      const { serviceAccountId: accountId } = worldConfig;
      const startYocto = this.#startYocto;
      this.#violations.push(...unbalancedBooks(this.#world, { accountId, startYocto }));
      this.#watch.count('event: books compared');
    }
    this.#violations.push(...this.#invariants.atEnd());
    for (const { id, walletStatus, walletError } of this.#world.users()) {
      this.#watch.count(`end: ${walletStatus} ${walletError ?? ''}`.trim());
      const isForeign = this.#chain.isForeign(id) && walletError === 'ACCOUNT_KEY_MISMATCH';
      if (walletStatus !== 'READY' && !isForeign) {
        this.#violations.push(`${id} ended ${walletStatus} ${walletError ?? ''}`);
      }
    }
  }

  /** Whether only the ledger's transactions have changed the service account's balance. */
  #isAccountOurs(): boolean {
    if (this.#chain.isFundedByHand || this.#chain.areKeysRemoved) return false;
    return !this.#operator.hasRestored && !this.#nodes.hasGarbledFigures;
  }

  #note(name: string, error: unknown): void {
    const isExpected = error instanceof ServiceError || error instanceof WalletError;
    this.#watch.trace(`${name}: ${error}`);
    if (!isExpected) this.#violations.push(`${name} threw ${error}`);
  }
}

const archivalAfterMs = 180_000;
const longHalt = 'long halt';
const nearlyOver = 'validity nearly over';
const keysRemoved = 'lane keys removed';
const fillLimitMs = 30_000;
const stockSeedOffset = 19_191_919;
const limitSeedOffset = 7_777_777;
const removalSeedOffset = 9_999_991;
const fundsSeedOffset = 5_555_557;
const mannersSeedOffset = 3_333_331;
const milliNearYocto = 10n ** 21n;
const microNearYocto = 10n ** 18n;
const richYocto = 10n ** 30n;
/** After the last wallet is READY; a stuck lane takes half a minute and a noop. */
const lanesFreeWithinMs = 120_000;
const linkSeedOffset = 21_212_121;
const startMs = Date.UTC(2026, 0, 1);
