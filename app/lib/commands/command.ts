/** The result of a command of `npm run wallet`: text for people, JSON for programs, an exit code. */
export interface CommandResult {
  text: string;
  json: unknown;
  /** 0: done, or nothing found; 1: not done, or something found. */
  exitCode: 0 | 1;
}

/** Wrong usage: printed with the usage, exit code 2. */
export class UsageError extends Error {
  readonly code = 'CALLED_WRONGLY';

  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** A name or a path that does not fit: its sentence says all, the usage would hide it. Exit code 2. */
export class ArgumentError extends UsageError {
  constructor(message: string) {
    super(message);
    this.name = 'ArgumentError';
  }
}

/** Aligned columns for a terminal. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function time(ms: number | Date | null): string {
  return ms === null ? '-' : new Date(ms).toISOString();
}
