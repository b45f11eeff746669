import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, systemClock } from './clock.ts';

/** How long a write waits for a database that another program has locked, before it gives up. */
export const DATABASE_PATIENCE_MS = 5_000;
const FIRST_WAIT_MS = 1;
const LONGEST_WAIT_MS = 25;
/** Most writes in one commit; then the event loop serves others. */
const GROUP = 50;

/** Runs synchronous work on one connection to an embedded database without blocking the event loop. */
export interface WriteLine {
  /** Runs at once; again while the database is busy. @throws the last busy error on timeout */
  read<T>(work: () => T): Promise<T>;
  /**
   * Runs the work in one commit, alone or together with other writes that arrive in the same turn of the
   * event loop; resolves once it is durable. Work that throws is rolled back alone.
   * @throws what the work throws; the last busy error on timeout, and then nothing was written
   */
  write<T>(work: () => T): Promise<T>;
}

type Work = () => unknown;

/** The part of better-sqlite3's connection that is used here. */
interface Connection {
  readonly inTransaction: boolean;
  transaction(run: (work: Work) => unknown): {
    (work: Work): unknown;
    immediate(work: Work): unknown;
  };
}

interface Entry {
  readonly run: () => void;
  readonly settle: () => void;
  readonly reject: (error: unknown) => void;
  readonly untilMs: number;
}

/**
 * SQLite's own busy timeout sleeps inside the call: while another program holds the lock, the whole process
 * would stop. Here one write retries at short intervals and all others wait behind it. The connection must be
 * opened with `timeout: 0`, or its calls block all the same.
 */
export function createWriteLine(connection: Connection, clock: Clock = systemClock): WriteLine {
  return new Line(connection, clock);
}

class Line implements WriteLine {
  readonly #clock: Clock;
  readonly #commit: (work: Work) => unknown;
  readonly #waiting: Entry[] = [];
  #isServing = false;
  #isTurnTaken = false;
  #lastBusy: unknown;

  constructor(connection: Connection, clock: Clock) {
    this.#clock = clock;
    const transaction = connection.transaction((work) => work());
    // IMMEDIATE: a deferred transaction that must upgrade its lock fails without waiting.
    this.#commit = (work) =>
      connection.inTransaction ? transaction(work) : transaction.immediate(work);
  }

  async read<T>(work: () => T): Promise<T> {
    const untilMs = this.#clock.now() + DATABASE_PATIENCE_MS;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = longer(waitMs)) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error) || this.#clock.now() + waitMs > untilMs) throw error;
        await this.#clock.sleep(waitMs);
      }
    }
  }

  write<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let settle = () => {};
      const entry: Entry = {
        run: () => {
          const result = work();
          settle = () => resolve(result);
        },
        settle: () => settle(),
        reject,
        untilMs: this.#clock.now() + DATABASE_PATIENCE_MS,
      };
      // The first write of a turn runs at once: a busy worker's turns are long.
      if (this.#takeTurn() && this.#runTogether([entry])) return;
      this.#waiting.push(entry);
      if (!this.#isServing) void this.#serve();
    });
  }

  #takeTurn(): boolean {
    if (this.#isTurnTaken || this.#waiting.length > 0) return false;
    this.#isTurnTaken = true;
    void nextTurn().then(() => {
      this.#isTurnTaken = false;
    });
    return true;
  }

  async #serve(): Promise<void> {
    this.#isServing = true;
    await nextTurn();
    let waitMs = FIRST_WAIT_MS;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.slice(0, GROUP);
      if (this.#runTogether(group)) {
        this.#waiting.splice(0, group.length);
        waitMs = FIRST_WAIT_MS;
        await nextTurn();
      } else {
        await this.#clock.sleep(waitMs);
        waitMs = longer(waitMs);
        this.#rejectLate();
      }
    }
    this.#isServing = false;
  }

  /** @returns false when the database is busy; then nothing has run. */
  #runTogether(group: readonly Entry[]): boolean {
    const failures = new Map<Entry, unknown>();
    try {
      this.#commit(() => this.#runAll(group, failures));
    } catch (error) {
      if (isBusy(error)) {
        this.#lastBusy = error;
        return false;
      }
      for (const { reject } of group) reject(error);
      return true;
    }
    for (const entry of group) {
      if (failures.has(entry)) entry.reject(failures.get(entry));
      else entry.settle();
    }
    return true;
  }

  /** In one commit; of several writes each is a savepoint of its own. */
  #runAll(group: readonly Entry[], failures: Map<Entry, unknown>): void {
    const [first] = group;
    if (group.length === 1 && first) {
      first.run();
      return;
    }
    for (const entry of group) {
      try {
        this.#commit(entry.run);
      } catch (error) {
        if (isBusy(error)) throw error;
        failures.set(entry, error);
      }
    }
  }

  #rejectLate(): void {
    const now = this.#clock.now();
    while (this.#waiting[0] && this.#waiting[0].untilMs <= now) {
      this.#waiting.shift()?.reject(this.#lastBusy);
    }
  }
}

/** Whether the database only asks for another attempt. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^SQLITE_BUSY/.test(String(error.code));
}

function longer(waitMs: number): number {
  return Math.min(waitMs * 2, LONGEST_WAIT_MS);
}
