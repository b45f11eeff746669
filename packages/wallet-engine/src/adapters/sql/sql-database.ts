export type SqlValue = string | number | null;

export interface SqlStatement {
  sql: string;
  /** Named parameters, `:name` in the text; every one given must be used. */
  params: Record<string, SqlValue>;
}

/** Rows as the driver returns them; each statement's own type lists its columns. */
export type SqlRow = Record<string, SqlValue>;

/**
 * One dialect for two databases. `write` is one atomic, durable commit: a violated constraint in any
 * statement rolls back all of them.
 * @throws ConstraintError; ServiceError `DATABASE_BUSY` when the database does not answer.
 */
export interface SqlDatabase {
  read(statement: SqlStatement): Promise<SqlRow[]>;
  write(statements: SqlStatement[]): Promise<SqlRow[][]>;
}

export class ConstraintError extends Error {
  /** NOT NULL, UNIQUE, CHECK or FOREIGN KEY. */
  readonly constraint: string;
  /** `Table.column`, or the index that SQLite names instead. */
  readonly subject: string;

  constructor({
    constraint,
    subject,
    cause,
  }: {
    constraint: string;
    subject: string;
    cause: unknown;
  }) {
    super(`${constraint} constraint failed: ${subject}`, { cause });
    this.name = 'ConstraintError';
    this.constraint = constraint;
    this.subject = subject;
  }
}

/**
 * `LIMIT` from the parameter `:limit`. With a bare parameter SQLite plans by its value and prepares
 * the statement again at every execution: a claim that finds nothing took 170 µs instead of 15.
 */
export const rowLimit = 'LIMIT :limit + 0';
