import type { SqlDatabase } from '../../../adapters/sql/sql-database.ts';

/** The contents of all tables, for a later restore; only the database that made it can read it. */
export type DatabaseCopy = unknown;

/** Checks at both ends of one write. */
export interface WriteChecks {
  /** Called right before the first statement. */
  before: () => void;
  /** Called right after the commit, before any other process reads or writes. */
  after: () => void;
}

/** What a connection meets at one message to the server. */
export type LinkFault = 'none' | 'lost' | 'frozen' | 'crashed';

/** The process at the other end of a connection. */
export interface DatabaseLink {
  /** Draws what happens at this message. */
  meet(message: string): LinkFault;
  /** Resolves when a frozen process continues; never after a crash. */
  resumed(): Promise<void>;
}

/** The database of a world: shared by its processes, and read directly by checks. */
export interface WorldDatabase {
  /** @param link null: a connection without faults */
  connect(link: DatabaseLink | null): SqlDatabase;
  /** Reads past all processes; `?` are the parameters. */
  rows<Row>(sql: string, ...params: unknown[]): Row[];
  /** Writes past all processes. */
  run(sql: string, ...params: (string | number)[]): void;
  /** Changes with every commit through `connect` or `run` that changes a row of these tables, or of any. */
  revision(...tables: string[]): number;
  /** Runs `write`, whose first statement must go out at once, with checks at both ends of its commit. */
  checked<Result>(write: () => Promise<Result>, checks: WriteChecks): Promise<Result>;
  copy(): DatabaseCopy;
  /** A copy as the backup command leaves it. */
  backup(): DatabaseCopy;
  /** Replaces all contents, even beneath running processes. */
  restore(copy: DatabaseCopy): void;
  /** No process may use it afterwards. */
  close(): void;
}
