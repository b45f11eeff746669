import type { ProtocolDefect } from './protocol-defect.ts';

const ledger = 'adapters/sql/sql-transaction-ledger.ts';
const farLeases = 'signing/far-leases.ts';

/** Processes whose settings or clocks differ. */
export const settingsDefects: ProtocolDefect[] = [
  {
    name: "work with other settings than the deployment's",
    reportedAs: /of other settings/,
    event: 'worker with another network',
    file: 'service/start-checks.ts',
    find: 'if (deployment.tokenContract !== config.tokenContract) {',
    replace: 'if (deployment.tokenContract === "") {',
    also: [
      {
        file: 'service/start-checks.ts',
        find: 'if (deployment.networkId !== config.networkId) {',
        replace: 'if (deployment.networkId === "") {',
      },
      { file: ledger, find: 'AND "tokenContract" = :tokenContract) THEN', replace: ') THEN' },
    ],
  },
  {
    name: 'do not end claims of a clock hours ahead',
    reportedAs: /ended (PENDING|CREATING|FAILED)/,
    event: 'worker with a clock hours away',
    file: farLeases,
    find: 'if (store && endedWaits.length > 0) await',
    replace: 'if (store && endedWaits.length < 0) await',
  },
  {
    name: 'do not end lane leases of a clock hours ahead',
    reportedAs: /ended (PENDING|CREATING)/,
    event: 'worker with a clock hours away',
    file: farLeases,
    find: 'if (endedLeases.length > 0) await',
    replace: 'if (endedLeases.length < 0) await',
  },
  {
    name: 'end leases of a clock hours ahead at once',
    reportedAs: /was ended \d+ ms after its holder renewed it/,
    event: 'worker with a clock hours away',
    file: farLeases,
    find: 'const leaseWatchedForMs = 60_000;',
    replace: 'const leaseWatchedForMs = 0;',
  },
  {
    name: "end a pause held by another process's settings",
    reportedAs: /ended a pause .* that .* holds/,
    event: 'worker with a lower spend limit',
    file: 'service/pause-knowledge.ts',
    find: 'return Math.abs(nowMs - pause.seen.sinceMs) < heldForMs;',
    replace: 'return Math.abs(nowMs - pause.seen.sinceMs) < 0;',
  },
];
