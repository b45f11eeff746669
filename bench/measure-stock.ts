import type Database from 'better-sqlite3';
import { configureEnvironment } from '#app/lib/settings/env.server.ts';
import { serveAuth, signUp } from './measure-sign-up.ts';
import { percentile } from './percentile.ts';
import { type Progress, sleep, until } from './progress.ts';
import { addUsers, type Stage, setStage, untilReady, warmUp } from './stage.ts';

export interface StockOptions {
  users: number;
  lanes: number;
  /** 0: only the burst, for comparison. */
  stock: number;
}

export interface StockFigures {
  /** Of the burst: how many were READY in the answer, and how fast the others were made. */
  atOnce: number;
  othersPerSecond: number;
  /** From the burst's last READY until the stock is full again; null without a stock. */
  refillMs: number | null;
  /** Null without a stock. */
  taken: TakenFigures | null;
}

interface TakenFigures {
  /** Share of sign-ups over HTTP whose wallet was READY when the answer came. */
  readyInAnswer: number;
  signUpP50Ms: number;
  signUpWithoutWalletP50Ms: number;
  takeP50Ms: number;
  takeP99Ms: number;
  chainDownTakeP99Ms: number;
  chainDownReady: number;
}

const signUps = 100;
const takes = 200;
const pauseMs = 50;
const patienceMs = 300_000;

/** A burst larger than the stock, the refill after it, then single requests with the chain up and down. */
export async function measureStock(
  { users, lanes, stock }: StockOptions,
  progress: Progress,
): Promise<StockFigures> {
  const stage = await setStage({ lanes, env: { WALLET_STOCK: String(stock) } });
  const { engine, sqlite } = stage;
  await engine.start();
  await warmUp(stage);
  await untilStocked(sqlite, stock);
  progress(`${users} users at once, ${stock} wallets stand ready`);
  const burst = await strike(stage, users);
  const calmMs = Date.now();
  await untilStocked(sqlite, stock);
  const refillMs = Date.now() - calmMs;
  return stock === 0
    ? { ...burst, refillMs: null, taken: null }
    : { ...burst, refillMs, taken: await measureTakes(stage, stock, progress) };
}

async function strike({ engine, sql }: Stage, users: number) {
  const userIds = await addUsers(sql, 'burst', users);
  const startMs = Date.now();
  const wallets = await Promise.all(userIds.map((userId) => engine.requestWallet(userId)));
  const atOnce = wallets.filter((wallet) => wallet?.status === 'READY').length;
  await untilReady(sql, userIds, patienceMs);
  return { atOnce, othersPerSecond: (users - atOnce) / ((Date.now() - startMs) / 1000) };
}

async function measureTakes(
  stage: Stage,
  stock: number,
  progress: Progress,
): Promise<TakenFigures> {
  const signUpFigures = await measureSignUps(stage, progress);
  await untilStocked(stage.sqlite, stock);
  progress('takes, the chain is up');
  const up = await takeInTurn(stage, 'up');
  await untilStocked(stage.sqlite, stock);
  await stage.devnet.kill();
  progress('takes, the chain is down');
  const down = await takeInTurn(stage, 'down');
  return {
    ...signUpFigures,
    takeP50Ms: percentile(up.tookMs, 50),
    takeP99Ms: percentile(up.tookMs, 99),
    chainDownTakeP99Ms: percentile(down.tookMs, 99),
    chainDownReady: down.ready,
  };
}

/** Alternately with and without the hook that requests the wallet, as in the part on requests. */
async function measureSignUps({ sqlite, env }: Stage, progress: Progress) {
  const url = await serveAuth();
  const isReady = sqlite.prepare<[string]>(
    `SELECT 1 FROM "User" WHERE "email" = ? AND "walletStatus" = 'READY'`,
  );
  for (const name of ['a', 'b', 'c']) await signUp(url, name);
  const withMs: number[] = [];
  const withoutMs: number[] = [];
  let ready = 0;
  for (let index = 0; index < signUps; index += 1) {
    configureEnvironment({ ...env, WALLET_CREATION: 'sync' });
    withoutMs.push(await signUp(url, `without-${index}`));
    configureEnvironment(env);
    withMs.push(await signUp(url, `with-${index}`));
    if (isReady.get(`with-${index}@example.com`)) ready += 1;
    progress(`${index + 1} of ${signUps} sign-ups`);
  }
  return {
    readyInAnswer: ready / signUps,
    signUpP50Ms: percentile(withMs, 50),
    signUpWithoutWalletP50Ms: percentile(withoutMs, 50),
  };
}

async function takeInTurn({ engine, sql }: Stage, prefix: string) {
  const tookMs: number[] = [];
  let ready = 0;
  for (const userId of await addUsers(sql, prefix, takes)) {
    const startMs = performance.now();
    const wallet = await engine.requestWallet(userId);
    tookMs.push(performance.now() - startMs);
    if (wallet?.status === 'READY') ready += 1;
    await sleep(pauseMs);
  }
  return { tookMs, ready };
}

async function untilStocked(sqlite: Database.Database, stock: number): Promise<void> {
  const count = sqlite.prepare<[], { count: number }>(
    `SELECT count(*) AS "count" FROM "Wallet" WHERE "ownerId" IS NULL AND "status" = 'READY'`,
  );
  const isFull = () => Number(count.get()?.count) >= stock;
  await until(isFull, { what: 'a full stock', withinMs: patienceMs });
}
