import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { postgresServerMissing } from '#engine/testing/postgres-server.ts';
import { redisServerMissing } from '#engine/testing/redis-server.ts';
import { runPart } from './part-process.ts';
import { ms, printTable, type Results, type Row } from './results.ts';

const usage = `Measures what docs/benchmarks.md describes.
  npm run bench -- [--only PART] [--users 3000] [--lanes 128] [--stock 500] [--before FOLDER] [--json FILE]
  npm run bench -- --database postgres [--only storm|depth] [--users 3000] [--lanes 128] [--wallets 1000000]
Parts: devnet, request, crowd, ready, storm, stock, depth, takeover; --users and --lanes are the storm's
and the stock's.
The crowd meets the built server; --before is another checkout, built too, to compare it with.`;

interface PartOptions {
  users: number;
  lanes: number;
  stock: number;
  /** Of depth's large table. */
  wallets: number;
  before: string | null;
}

type Part = (results: Results, options: PartOptions) => Promise<Row[]>;

const parts: Record<string, Part> = {
  async devnet(results) {
    const figures = await runPart('devnet', {});
    results.devnet = figures;
    return [
      ['devnet', 'transfers a second', figures.transfersPerSecond.toFixed(0), ''],
      ['devnet', 'contract calls a second', figures.contractCallsPerSecond.toFixed(0), ''],
      ['devnet', 'start with 100,000 accounts', ms(figures.startWith100kMs), ''],
    ];
  },

  async request(results) {
    const figures = await runPart('request', {});
    const signUp = await runPart('signUp', {});
    const signUpExtraMs = signUp.withWalletP50Ms - signUp.withoutP50Ms;
    results.request = { ...figures, signUpExtraMs };
    const bare = `bare commit p99 ${ms(figures.bareCommitP99Ms)}`;
    return [
      ['request', 'p50', ms(figures.p50Ms), ''],
      ['request', 'p99', ms(figures.p99Ms), bare],
      ['request', 'p99, chain down', ms(figures.chainDownP99Ms), bare],
      [
        'request',
        'added to a sign-up, p50',
        ms(signUpExtraMs),
        `without ${ms(signUp.withoutP50Ms)}`,
      ],
    ];
  },

  async crowd(results, { before }) {
    const earlier = before === null ? null : await runPart('crowd', { folder: before });
    const figures = await runPart('crowd', { folder: null });
    results.crowd = { ...figures, ...(earlier && { before: earlier }) };
    const { signUpsPerSecond, signUpP50Ms, healthP99Ms, burst } = figures;
    const told = ({ done, busy, other, slowestMs }: typeof burst) =>
      `${done} done, ${busy} busy, ${other} lost, slowest ${ms(slowestMs)}`;
    const beside = (show: (of: typeof figures) => string) =>
      earlier ? `before ${show(earlier)}` : '';
    return [
      [
        'crowd',
        'sign-ups a second, 40 at a time',
        signUpsPerSecond.toFixed(1),
        beside((of) => of.signUpsPerSecond.toFixed(1)),
      ],
      ['crowd', 'sign-up p50', ms(signUpP50Ms), beside((of) => ms(of.signUpP50Ms))],
      ['crowd', '/healthz p99 meanwhile', ms(healthP99Ms), beside((of) => ms(of.healthP99Ms))],
      ['crowd', '400 at once', told(burst), beside((of) => told(of.burst))],
      [
        'crowd',
        '/healthz, worst, at 150 messages at once',
        ms(figures.chatHealthMaxMs),
        beside((of) => ms(of.chatHealthMaxMs)),
      ],
      [
        'crowd',
        'most memory, the whole server',
        `${figures.maxRssMb.toFixed(0)} MB`,
        beside((of) => `${of.maxRssMb.toFixed(0)} MB`),
      ],
    ];
  },

  async ready(results) {
    const figures = await runPart('ready', {});
    results.ready = figures;
    return [
      ['ready', 'p50', ms(figures.p50Ms), `floor p50 ${ms(figures.floorP50Ms)}`],
      ['ready', 'p99', ms(figures.p99Ms), `floor p99 ${ms(figures.floorP99Ms)}`],
    ];
  },

  async storm(results, { users, lanes }) {
    const figures = await runPart('storm', {
      ...{ database: 'sqlite', users, lanes, initialBalance: '0.1' },
    });
    const zero = await runPart('storm', {
      ...{ database: 'sqlite', users: 50, lanes: 8, initialBalance: '0' },
    });
    const plan = await runPart('plan', {});
    const { walletsPerSecond, p50Ms, p99Ms, chainLimitPerSecond, duplicates, maxRssMb } = figures;
    const rpcCalls = Object.values(figures.rpcCalls).reduce((sum, count) => sum + count, 0);
    const nearPerWallet = figures.nearBurntPerWallet + figures.nearLockedPerWallet;
    results.storm = {
      users,
      walletsPerSecond,
      p99Ms,
      chainLimitPerSecond,
      planWalletsPerSecond: plan.walletsPerSecond,
      rpcCallsPerWallet: rpcCalls / users,
      duplicates,
      nearPerWallet,
      maxRssMb,
    };
    const byMethod = Object.entries(figures.rpcCalls).map(
      ([method, count]) => `${method} ${(count / users).toFixed(2)}`,
    );
    const times = (walletsPerSecond / plan.walletsPerSecond).toFixed(0);
    return [
      [
        'storm',
        `${users} users, ${lanes} lanes: wallets a second`,
        walletsPerSecond.toFixed(1),
        '',
      ],
      ['storm', 'what the chain allows a second', chainLimitPerSecond.toFixed(1), 'by burnt gas'],
      [
        'storm',
        'the plan as written a second',
        plan.walletsPerSecond.toFixed(3),
        `${plan.secondsPerWallet.toFixed(1)} s a wallet; ours is ${times} times that`,
      ],
      ['storm', 'p50 to READY', ms(p50Ms), ''],
      ['storm', 'p99 to READY', ms(p99Ms), ''],
      ['storm', 'RPC calls a wallet', (rpcCalls / users).toFixed(2), byMethod.join(', ')],
      ['storm', 'duplicates on chain', String(duplicates), ''],
      ['storm', 'NEAR a wallet, 0.1 given', nearPerWallet.toFixed(5), nearSplit(figures)],
      [
        'storm',
        'NEAR a wallet, nothing given',
        (zero.nearBurntPerWallet + zero.nearLockedPerWallet).toFixed(5),
        nearSplit(zero),
      ],
      ['storm', 'NEAR a wallet, plan', plan.nearPerWallet.toFixed(5), '0.1 given'],
      ['storm', 'CPU a wallet', ms(figures.cpuMsPerWallet), 'engine and this measurement'],
      ['storm', 'most memory', `${maxRssMb.toFixed(0)} MB`, 'engine, without pages'],
    ];
  },

  async stock(results, { users, lanes, stock }) {
    const without = await runPart('stock', { users, lanes, stock: 0 });
    const { atOnce, othersPerSecond, refillMs, taken } = await runPart('stock', {
      users,
      lanes,
      stock,
    });
    if (!taken || refillMs === null) throw new Error('--stock: use a number above 0');
    const { signUpP50Ms, signUpWithoutWalletP50Ms: bareMs, ...figures } = taken;
    const signUpExtraMs = signUpP50Ms - bareMs;
    const withoutStockPerSecond = without.othersPerSecond;
    results.stock = {
      ...figures,
      signUpExtraMs,
      ...{ atOnce, othersPerSecond, withoutStockPerSecond, refillMs },
    };
    return [
      ['stock', 'sign-ups READY in their answer', `${100 * figures.readyInAnswer} %`, ''],
      ['stock', 'added to a sign-up, p50', ms(signUpExtraMs), `without ${ms(bareMs)}`],
      ['stock', 'take p50', ms(figures.takeP50Ms), ''],
      ['stock', 'take p99', ms(figures.takeP99Ms), ''],
      [
        'stock',
        'take p99, chain down',
        ms(figures.chainDownTakeP99Ms),
        `${figures.chainDownReady} of 200 READY`,
      ],
      ['stock', `READY at once of ${users}, ${stock} in stock`, String(atOnce), ''],
      [
        'stock',
        'the others, wallets a second',
        othersPerSecond.toFixed(1),
        `without a stock ${withoutStockPerSecond.toFixed(1)}`,
      ],
      ['stock', 'refilled after', ms(refillMs), ''],
    ];
  },

  async depth(results) {
    const options = { database: 'sqlite', wallets: 1_000_000 } as const;
    const { p99At1kMs, p99AtMostMs } = await runPart('depth', options);
    results.depth = { p99At1kMs, p99At1mMs: p99AtMostMs };
    return [
      ['depth', 'claim p99, 1,000 users', ms(p99At1kMs), ''],
      ['depth', 'claim p99, 1,000,000 users', ms(p99AtMostMs), ''],
    ];
  },

  async takeover(results) {
    const { maxMs } = await runPart('takeover', { queue: 'cron' });
    const missing = redisServerMissing();
    const overRedis = missing ? null : await runPart('takeover', { queue: 'bullmq' });
    const bullmqMaxMs = overRedis?.maxMs ?? null;
    results.takeover = { maxMs, bullmqMaxMs };
    const told = bullmqMaxMs === null ? 'not measured' : ms(bullmqMaxMs);
    return [
      ['takeover', 'kill -9 to READY, worst', ms(maxMs), ''],
      ['takeover', 'the same with BullMQ', told, missing ?? ''],
    ];
  },
};

/** What depends on the database, over a PostgreSQL server of its own on this machine. */
const postgresParts: Record<string, Part> = {
  async storm(results, { users, lanes }) {
    const database = 'postgres';
    const figures = await runPart('storm', { database, users, lanes, initialBalance: '0.1' });
    const { walletsPerSecond, p50Ms, p99Ms, chainLimitPerSecond, duplicates } = figures;
    const storm = { users, walletsPerSecond, p99Ms, chainLimitPerSecond, duplicates };
    results.postgres = { ...results.postgres, storm };
    const title = `${users} users, ${lanes} lanes: wallets a second`;
    return [
      ['storm', title, walletsPerSecond.toFixed(1), `the chain ${chainLimitPerSecond.toFixed(1)}`],
      ['storm', 'p50 to READY', ms(p50Ms), ''],
      ['storm', 'p99 to READY', ms(p99Ms), ''],
      ['storm', 'duplicates on chain', String(duplicates), ''],
      ['storm', 'CPU a wallet', ms(figures.cpuMsPerWallet), 'without the server of the database'],
    ];
  },

  async depth(results, { wallets }) {
    const figures = await runPart('depth', { database: 'postgres', wallets });
    results.postgres = { ...results.postgres, depth: { wallets, ...figures } };
    return [
      ['depth', 'claim p99, 1,000 wallets', ms(figures.p99At1kMs), ''],
      ['depth', `claim p99, ${wallets} wallets`, ms(figures.p99AtMostMs), ''],
    ];
  },
};

function nearSplit(figures: { nearBurntPerWallet: number; nearLockedPerWallet: number }): string {
  const { nearBurntPerWallet: burnt, nearLockedPerWallet: locked } = figures;
  return `${burnt.toFixed(5)} burnt, ${locked.toFixed(5)} locked`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      users: { type: 'string', default: '3000' },
      lanes: { type: 'string', default: '128' },
      stock: { type: 'string', default: '500' },
      wallets: { type: 'string', default: '1000000' },
      database: { type: 'string', default: 'sqlite' },
      before: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(usage);
  const chosen = partsOver(values.database);
  const names = values.only === undefined ? Object.keys(chosen) : [values.only];
  const options = {
    users: whole('users', values.users),
    lanes: whole('lanes', values.lanes),
    stock: whole('stock', values.stock),
    wallets: whole('wallets', values.wallets),
    before: values.before ?? null,
  };
  const [cpu] = cpus();
  const machine = { model: cpu?.model ?? 'unknown', count: cpus().length, node: process.version };
  const results: Results = { machine };
  const rows: Row[] = [];
  for (const name of names) {
    const part = Object.hasOwn(chosen, name) ? chosen[name] : undefined;
    if (!part) throw new Error(`there is no part "${name}" over ${values.database}\n${usage}`);
    rows.push(...(await part(results, options)));
    if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  }
  console.log(`${machine.model}, ${machine.count} cores, node ${machine.node}`);
  printTable(rows);
}

function partsOver(database: string): Record<string, Part> {
  if (database === 'sqlite') return parts;
  if (database !== 'postgres') throw new Error(`--database: use sqlite or postgres\n${usage}`);
  const missing = postgresServerMissing();
  if (missing) throw new Error(missing);
  return postgresParts;
}

function whole(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new Error(`--${name}: "${text}" is no whole number above 0\n${usage}`);
  }
  return number;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
