import type { CrowdFigures } from './measure-crowd.ts';

/** The JSON of `npm run bench -- --json FILE`. */
export interface Results {
  machine: { model: string; count: number; node: string };
  devnet?: { transfersPerSecond: number; contractCallsPerSecond: number; startWith100kMs: number };
  request?: {
    p50Ms: number;
    p99Ms: number;
    chainDownP99Ms: number;
    bareCommitP99Ms: number;
    signUpExtraMs: number;
  };
  crowd?: CrowdFigures & { before?: CrowdFigures };
  ready?: { floorP50Ms: number; floorP99Ms: number; p50Ms: number; p99Ms: number };
  storm?: {
    users: number;
    walletsPerSecond: number;
    p99Ms: number;
    chainLimitPerSecond: number;
    planWalletsPerSecond: number;
    rpcCallsPerWallet: number;
    duplicates: number;
    /** Burnt and locked by the service account, at an initial balance of 0.1 NEAR. */
    nearPerWallet: number;
    maxRssMb: number;
  };
  stock?: {
    readyInAnswer: number;
    signUpExtraMs: number;
    takeP50Ms: number;
    takeP99Ms: number;
    chainDownTakeP99Ms: number;
    chainDownReady: number;
    atOnce: number;
    othersPerSecond: number;
    withoutStockPerSecond: number;
    refillMs: number | null;
  };
  depth?: { p99At1kMs: number; p99At1mMs: number };
  postgres?: {
    storm?: {
      users: number;
      walletsPerSecond: number;
      p99Ms: number;
      chainLimitPerSecond: number;
      duplicates: number;
    };
    depth?: { wallets: number; p99At1kMs: number; p99AtMostMs: number };
  };
  takeover?: {
    maxMs: number;
    /** Null on a machine without Redis. */
    bullmqMaxMs: number | null;
  };
}

/** One line of the table. */
export type Row = [part: string, what: string, figure: string, beside: string];

export function ms(value: number): string {
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`;
}

export function printTable(rows: readonly Row[]): void {
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const [part, what, figure, beside] of rows) {
    const [first = 0, second = 0, third = 0] = widths;
    const line = [part.padEnd(first), what.padEnd(second), figure.padStart(third), beside];
    console.log(line.join('  ').trimEnd());
  }
}
