import type { Clock } from '../../../core/clock.ts';
import { ServiceError } from '../../../core/errors.ts';
import type { SeededRandom } from '../world/seeded-random.ts';
import type { VirtualClock } from '../world/virtual-clock.ts';
import type { DatabaseLink } from '../world/world-database.ts';

/** Reads of clock, rows and chain, and the work at a start: most crash points of a run. */
const routinePoints =
  /readDeployment|readFinalBlock|readNextDueAt|failAbandoned|Lanes|addOwnKey|claimWallets|view|requireChain|openDeployment|pause/;

/** Reached in few runs: a crash there must be likely to happen at all. */
const rarePoints = /declareDead|readHeldClaims|readTransactionEverywhere|failWallet/;

/** Passed by few processes: the rarer, the more often drawn as the point of a crash. */
const seldomPassed =
  /declareDead|readHeldClaims|retryWallet|releaseLanes|HeldLanes|adopt|finish|count|takeWallets|addWallets/;
const drawWeight = (method: string) => {
  if (method === 'adoptReward') return 80;
  if (/declareDead|readHeldClaims|adopt|finish/.test(method)) return 24;
  return seldomPassed.test(method) ? 8 : 1;
};

interface CrashPoint {
  where: string;
  /** Its name in the report. */
  counter: string;
  /** Multiplies the probabilities of {@link ProcessDangers}. */
  weight: number;
}

const crashPoints = new Map<string, CrashPoint>();

function crashPoint(where: string): CrashPoint {
  let point = crashPoints.get(where);
  if (!point) {
    const weight = routinePoints.test(where) ? 0.3 : rarePoints.test(where) ? 40 : 8;
    point = { where, counter: `point: ${where}`, weight };
    crashPoints.set(where, point);
  }
  return point;
}

/** The probability of each fault at one crash point. */
export interface ProcessDangers {
  crash: number;
  pause: number;
  databaseBusy: number;
}

export const noDangers: ProcessDangers = { crash: 0, pause: 0, databaseBusy: 0 };

export interface ProcessWatch {
  /** Counts a fault, an event or a crash point for the printed report. */
  count(name: string): void;
  trace(line: string): void;
}

/**
 * A process that may crash or freeze before and after every call of a port. After a crash its
 * promises never settle and its timers never fire.
 */
export class SimulatedProcess {
  readonly name: string;
  isDead = false;
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #watch: ProcessWatch;
  readonly #skewMs: number;
  #resumed: Promise<void> | null = null;
  #databaseBackAtMs = 0;
  readonly #points: [none: string, ...string[]] = [''];
  #fatal: { point: string; passings: number } | null = null;

  /** All zero once the storm is over. */
  dangers: ProcessDangers;

  constructor(parts: {
    name: string;
    clock: VirtualClock;
    random: SeededRandom;
    watch: ProcessWatch;
    skewMs: number;
    dangers: ProcessDangers;
  }) {
    this.name = parts.name;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#watch = parts.watch;
    this.#skewMs = parts.skewMs;
    this.dangers = parts.dangers;
  }

  readonly clock: Clock = {
    now: () => this.#clock.now() + this.#skewMs,
    sleep: async (delayMs, signal) => {
      await this.#clock.sleep(delayMs, signal);
      await this.#whileAlive();
    },
  };

  crash(where: string): void {
    if (this.isDead) return;
    this.isDead = true;
    this.#watch.count('fault: crash');
    this.#watch.count(`crash point: ${where}`);
    this.#watch.trace(`${this.name} crashes at ${where}`);
  }

  /** Freezes the process with its leases and claims; later it continues as if nothing had happened. */
  pause(durationMs: number): void {
    if (this.#resumed) return;
    this.#watch.count('fault: paused process');
    this.#watch.trace(`${this.name} is frozen for ${durationMs} ms`);
    this.#resumed = this.#clock.sleep(durationMs).then(() => {
      this.#resumed = null;
    });
  }

  /** Every call of the database fails for so long. */
  loseDatabase(durationMs: number): void {
    this.#databaseBackAtMs = this.#clock.now() + durationMs;
  }

  /** Every method of the port becomes a crash point before and one after its effect. */
  wrap<Port extends object>(portName: string, port: Port, isDatabase: boolean): Port {
    for (const method of Object.keys(port)) {
      const points = [`before ${portName}.${method}`, `after ${portName}.${method}`];
      for (let time = 0; time < drawWeight(method); time += 1) this.#points.push(...points);
    }
    return new Proxy(port, {
      get: (target, property, receiver) => {
        const method: unknown = Reflect.get(target, property, receiver);
        if (typeof method !== 'function') return method;
        const before = crashPoint(`before ${portName}.${String(property)}`);
        const after = crashPoint(`after ${portName}.${String(property)}`);
        return async (...args: unknown[]) => {
          await this.#point(before, isDatabase);
          const result: unknown = await method.apply(target, args);
          await this.#point(after, isDatabase);
          return result;
        };
      },
    });
  }

  /** Its connection to the database. @param random a stream of its own: not every database has connections */
  link(random: SeededRandom): DatabaseLink {
    return {
      meet: (message) => {
        if (this.isDead) return 'crashed';
        if (this.#resumed) return 'frozen';
        const { crash, pause, databaseBusy } = this.dangers;
        const where = `${message} of a connection`;
        this.#watch.count(`point: ${where}`);
        if (random.chance(crash)) {
          this.crash(where);
          return 'crashed';
        }
        if (random.chance(pause)) {
          this.pause(random.between(500, 40_000));
          return 'frozen';
        }
        if (!random.chance(databaseBusy / 4)) return 'none';
        this.#watch.count(`fault: connection lost ${message}`);
        return 'lost';
      },
      resumed: () => this.#whileAlive(),
    };
  }

  async #point({ where, counter, weight }: CrashPoint, isDatabase: boolean): Promise<void> {
    await this.#whileAlive();
    const { crash, pause, databaseBusy } = this.dangers;
    this.#watch.count(counter);
    if (isDatabase && this.#clock.now() < this.#databaseBackAtMs) {
      throw new ServiceError('DATABASE_BUSY', 'the database is away');
    }
    if (this.#isFatal(where)) this.crash(where);
    if (this.#random.chance(crash * weight)) this.crash(where);
    else if (this.#random.chance(pause * weight)) this.pause(this.#random.between(500, 40_000));
    else if (isDatabase && this.#random.chance(databaseBusy)) {
      this.#watch.count('fault: database busy');
      throw new ServiceError('DATABASE_BUSY', `simulated ${where}`);
    }
    await this.#whileAlive();
  }

  /**
   * Half of the processes that may crash do so at one point drawn beforehand, at its first, second or
   * third passing, even after the storm, where proofs are made: chance alone would crash them where
   * calls are frequent, not where money moves.
   */
  #isFatal(where: string): boolean {
    if (!this.#fatal) {
      if (this.dangers.crash === 0) return false;
      this.#fatal = this.#random.chance(0.5) ? this.#drawDeath() : { point: '', passings: 0 };
    }
    if (where !== this.#fatal.point) return false;
    this.#fatal.passings -= 1;
    return this.#fatal.passings === 0;
  }

  #drawDeath(): { point: string; passings: number } {
    const point = this.#random.pick(this.#points);
    return { point, passings: seldomPassed.test(point) ? 1 : this.#random.between(1, 3) };
  }

  async #whileAlive(): Promise<void> {
    while (this.#resumed && !this.isDead) await this.#resumed;
    if (this.isDead) await new Promise<never>(() => undefined);
  }
}
