import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../packages/wallet-engine/src/testing/free-ports.ts';
import { startProcess } from './child-process.ts';
import { percentile } from './percentile.ts';
import { type Progress, until } from './progress.ts';
import { temporaryDirectory } from './stage.ts';

export interface CrowdFigures {
  signUpsPerSecond: number;
  signUpP50Ms: number;
  /** Of `/healthz`, requested throughout. */
  healthP99Ms: number;
  /** Sign-ups at once: how many succeeded, how many were answered "busy", the slowest answer. */
  burst: { done: number; busy: number; other: number; slowestMs: number };
  /** The slowest `/healthz` while 150 messages arrive at once. */
  chatHealthMaxMs: number;
  maxRssMb: number;
}

const signUps = 160;
const atOnce = 40;
const burstSize = 400;
const messages = 150;
const probeMs = 20;
const password = 'spring-heart-9';

/**
 * The path of a new user, over HTTP against the built server as `npm start` runs it, with its pages,
 * engine and devnet: sign-ups, 40 at a time, then 400 at once, then 150 chat messages at once.
 * @param options.folder of another checkout that is built, to compare with; null: this one
 */
export async function measureCrowd(
  { folder }: { folder: string | null },
  progress: Progress,
): Promise<CrowdFigures> {
  const server = await startServer(folder);
  const url = server.announced;
  // Warm-up: connections are opened and code is compiled.
  for (const name of ['warm-1', 'warm-2', 'warm-3']) await signUp(url, name);
  const { cookies, ...signUpFigures } = await measureSignUps(url, progress);
  progress(`${burstSize} sign-ups at once`);
  const burst = await measureBurst(url);
  progress(`${messages} messages at once`);
  const chatHealthMaxMs = await measureMessages(url, cookies.slice(0, messages));
  const maxRssMb = highestRssMb(server.pid);
  await server.kill();
  return { ...signUpFigures, burst, chatHealthMaxMs, maxRssMb };
}

async function startServer(folder: string | null) {
  const [port, devnetPort] = await freePorts(2);
  return startProcess({
    script: 'server.ts',
    args: ['--no-build'],
    nodeArgs: ['--max-semi-space-size=16'],
    ...(folder && { folder }),
    env: {
      DATA_DIR: join(temporaryDirectory(), 'data'),
      PORT: String(port),
      DEVNET_PORT: String(devnetPort),
      LOG_LEVEL: 'error',
    },
    announcement: /is ready: (http\S+)/,
  });
}

async function measureSignUps(url: string, progress: Progress) {
  const cookies: string[] = [];
  const tookMs: number[] = [];
  const health = watchHealth(url);
  const startMs = performance.now();
  let next = 0;
  const visit = async () => {
    while (next < signUps) {
      const name = `guest-${next++}`;
      const answer = await signUp(url, name);
      if (answer.status !== 200) throw new Error(`a sign-up answered ${answer.status}`);
      tookMs.push(answer.tookMs);
      cookies.push(answer.cookie);
      progress(`${tookMs.length} of ${signUps} sign-ups`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, visit));
  const signUpsPerSecond = signUps / ((performance.now() - startMs) / 1000);
  const healthP99Ms = percentile(await health.stop(), 99);
  return { cookies, signUpsPerSecond, signUpP50Ms: percentile(tookMs, 50), healthP99Ms };
}

async function measureBurst(url: string): Promise<CrowdFigures['burst']> {
  const crowd = Array.from({ length: burstSize }, (_, index) => signUp(url, `burst-${index}`));
  const answers = await Promise.all(crowd);
  const count = (status: number) => answers.filter((answer) => answer.status === status).length;
  const [done, busy] = [count(200), count(503)];
  const slowestMs = Math.max(...answers.map(({ tookMs }) => tookMs));
  return { done, busy, other: burstSize - done - busy, slowestMs };
}

/** The slowest `/healthz` while each of the users writes one message. */
async function measureMessages(url: string, cookies: readonly string[]): Promise<number> {
  await untilAllReady(url, cookies);
  const health = watchHealth(url);
  await Promise.all(cookies.map((cookie) => write(url, cookie)));
  return Math.max(...(await health.stop()));
}

async function signUp(url: string, name: string) {
  const startMs = performance.now();
  const response = await fetch(`${url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ name, email: `${name}@example.com`, password }),
  }).catch(() => null);
  await response?.text();
  const [cookie = ''] = (response?.headers.getSetCookie()[0] ?? '').split(';');
  return { status: response?.status ?? 0, cookie, tookMs: performance.now() - startMs };
}

/** Measures `/healthz` repeatedly. */
function watchHealth(url: string): { stop(): Promise<number[]> } {
  const tookMs: number[] = [];
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const startMs = performance.now();
      await (await fetch(`${url}/healthz`)).text();
      tookMs.push(performance.now() - startMs);
      await new Promise((resolve) => setTimeout(resolve, probeMs));
    }
  })();
  return {
    async stop() {
      isOver = true;
      await watching;
      return tookMs;
    },
  };
}

async function untilAllReady(url: string, cookies: readonly string[]): Promise<void> {
  const waiting = new Set(cookies);
  const look = async () => {
    for (const cookie of [...waiting].slice(0, 20)) {
      const answer = await fetch(`${url}/api/wallet/status`, { headers: { cookie } });
      const wallet: unknown = await answer.json();
      if (Object(wallet).isReady === true) waiting.delete(cookie);
    }
  };
  await until(
    async () => {
      await look();
      return waiting.size === 0;
    },
    { what: 'wallets READY', withinMs: 180_000, everyMs: 200 },
  );
}

async function write(url: string, cookie: string): Promise<void> {
  const response = await fetch(`${url}/api/chat/choonsim`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, cookie },
    body: JSON.stringify({ message: 'hello' }),
  });
  await response.text();
  if (!response.ok) throw new Error(`a message answered ${response.status}`);
}

/** Peak memory of the process, from the kernel. */
function highestRssMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
}
