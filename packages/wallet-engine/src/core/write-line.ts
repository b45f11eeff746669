import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, systemClock } from './clock.ts';

/** How long a write waits for a database that another program holds, before it gives up. */
export const DATABASE_PATIENCE_MS = 5_000;
const FIRST_WAIT_MS = 1;
const LONGEST_WAIT_MS = 25;
/** Most that stand in one commit: then others get the event loop. */
const GROUP = 50;

/** Runs synchronous work on one connection to an embedded database without blocking the event loop. */
export interface WriteLine {
  /** Runs at once; again while the database is busy. @throws the last error when patience ends */
  read<T>(work: () => T): Promise<T>;
  /**
   * Runs the work in one commit, alone or together with others that arrive in the same turn of the event
   * loop; resolves once it is durable. Work that throws is undone alone.
   * @throws what the work throws; the last busy error when patience ends, and then nothing was written
   */
  write<T>(work: () => T): Promise<T>;
}

type Work = () => unknown;

/** What of better-sqlite3's connection is used here. */
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
 * SQLite's own busy timeout sleeps inside the call: while another program holds the lock, the whole
 * process would stand still. Here one write tries in short intervals and all others wait behind it.
 * The connection must be opened with `timeout: 0`, or its calls block all the same.
 */
export function createWriteLine(connection: Connection, clock: Clock = systemClock): WriteLine {
  const transaction = connection.transaction((work) => work());
  // IMMEDIATE: a deferred transaction that must upgrade its lock fails without waiting.
  const commit = (work: Work) =>
    connection.inTransaction ? transaction(work) : transaction.immediate(work);
  const waiting: Entry[] = [];
  let isServing = false;
  let isTurnTaken = false;
  let lastBusy: unknown;

  const read = async <T>(work: () => T): Promise<T> => {
    const untilMs = clock.now() + DATABASE_PATIENCE_MS;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = longer(waitMs)) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error) || clock.now() + waitMs > untilMs) throw error;
        await clock.sleep(waitMs);
      }
    }
  };

  /** @returns false when the database is busy; then nothing has run. */
  const runTogether = (group: readonly Entry[]): boolean => {
    const failures = new Map<Entry, unknown>();
    const runAll = () => {
      const [first] = group;
      if (group.length === 1 && first) return first.run();
      for (const entry of group) {
        try {
          commit(entry.run);
        } catch (error) {
          if (isBusy(error)) throw error;
          failures.set(entry, error);
        }
      }
    };
    try {
      commit(runAll);
    } catch (error) {
      if (isBusy(error)) {
        lastBusy = error;
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
  };

  const rejectLate = () => {
    const now = clock.now();
    while (waiting[0] && waiting[0].untilMs <= now) waiting.shift()?.reject(lastBusy);
  };

  const serve = async () => {
    isServing = true;
    await nextTurn();
    let waitMs = FIRST_WAIT_MS;
    while (waiting.length > 0) {
      const group = waiting.slice(0, GROUP);
      if (runTogether(group)) {
        waiting.splice(0, group.length);
        waitMs = FIRST_WAIT_MS;
        await nextTurn();
      } else {
        await clock.sleep(waitMs);
        waitMs = longer(waitMs);
        rejectLate();
      }
    }
    isServing = false;
  };

  const takeTurn = () => {
    if (isTurnTaken || waiting.length > 0) return false;
    isTurnTaken = true;
    void nextTurn().then(() => {
      isTurnTaken = false;
    });
    return true;
  };

  const write = <T>(work: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      let settle = () => {};
      const entry: Entry = {
        run: () => {
          const result = work();
          settle = () => resolve(result);
        },
        settle: () => settle(),
        reject,
        untilMs: clock.now() + DATABASE_PATIENCE_MS,
      };
      // The first of a turn waits for nobody: a busy worker's turns are long.
      if (takeTurn() && runTogether([entry])) return;
      waiting.push(entry);
      if (!isServing) void serve();
    });

  return { read, write };
}

/** Whether the database only asks to try again. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^SQLITE_BUSY/.test(String(error.code));
}

function longer(waitMs: number): number {
  return Math.min(waitMs * 2, LONGEST_WAIT_MS);
}
