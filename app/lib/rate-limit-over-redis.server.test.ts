import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type RedisServer,
  redisServerMissing,
  startRedisServer,
} from '#provisioning/testing/redis-server.ts';

const root = join(import.meta.dirname, '../..');
const missing = redisServerMissing();
/** Well below what one waits for a Redis that is silent. */
const atOnceMs = 500;
const patienceMs = 1_000;

/** Signs up whoever stands on a line of its input: what stands before every sign-up of a server. */
const program = `
import { createInterface } from 'node:readline';
import { connectLimits } from './app/lib/rate-limit.server.ts';
import { guardSignUp } from './app/lib/sign-up-guard.server.ts';
connectLimits();
for await (const line of createInterface({ input: process.stdin })) {
  const [email, address] = line.split(' ');
  const startedMs = performance.now();
  const status = await guardSignUp({ email, address, headers: new Headers() }).then(
    () => 200,
    (error) => error.statusCode ?? String(error),
  );
  console.log(JSON.stringify({ status, tookMs: performance.now() - startedMs }));
}
process.exit(0);
`;

interface Answer {
  readonly status: number | string;
  readonly tookMs: number;
}

/** A process of its own, as every web process is. */
class WebProcess {
  readonly #child;
  readonly #answers: AsyncIterator<string>;

  constructor({
    redisUrl,
    perIp,
    perDomain,
  }: { redisUrl: string; perIp: number; perDomain: number }) {
    this.#child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: root,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        PATH: process.env.PATH,
        REDIS_URL: redisUrl,
        SIGNUP_LIMIT_PER_IP: String(perIp),
        SIGNUP_LIMIT_PER_DOMAIN: String(perDomain),
        BETTER_AUTH_SECRET: 's'.repeat(40),
        WALLET_ENCRYPTION_KEYS: `1:${Buffer.alloc(32, 7).toString('base64')}`,
        LOG_LEVEL: 'silent',
      },
    });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async signUp(email: string, address: string): Promise<Answer> {
    this.#child.stdin.write(`${email} ${address}\n`);
    const { value } = await this.#answers.next();
    return JSON.parse(String(value));
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.stdin.end();
    await ended;
  }
}

if (missing) {
  describe(`NOT RUN over Redis: ${missing}`, () => {
    it('is left out on this machine', () => console.warn(missing));
  });
} else {
  describe('sign-up limits over Redis', () => {
    let redis: RedisServer;
    beforeAll(async () => {
      redis = await startRedisServer();
    });
    afterAll(() => redis.stop());

    async function withProcesses(
      limits: { perIp: number; perDomain: number },
      use: (first: WebProcess, second: WebProcess) => Promise<void>,
    ): Promise<void> {
      await redis.client.flushall();
      const both = [1, 2].map(() => new WebProcess({ redisUrl: redis.url, ...limits }));
      const [first, second] = both;
      if (!first || !second) throw new Error('two processes');
      try {
        await untilConnected(both);
        await use(first, second);
      } finally {
        await Promise.all(both.map((each) => each.stop()));
      }
    }

    /** A sign-up of no interest is counted in Redis as soon as its process has a connection. */
    async function untilConnected(processes: WebProcess[]): Promise<void> {
      for (const [index, each] of processes.entries()) {
        let tries = 0;
        const isCounted = async () => {
          tries += 1;
          await each.signUp(`a@warm-${index}-${tries}.example`, `192.0.2.${index}`);
          expect(await redis.client.keys(`*192.0.2.${index}`)).toHaveLength(1);
        };
        await vi.waitFor(isCounted, { timeout: 8_000, interval: 10 });
      }
    }

    it('two processes count together, by address and by domain', async () => {
      await withProcesses({ perIp: 3, perDomain: 4 }, async (first, second) => {
        const ip = '203.0.113.1';
        const statuses = [];
        for (const [index, each] of [first, second, first, second, first].entries()) {
          statuses.push((await each.signUp(`a@one-${index}.example`, ip)).status);
        }
        expect(statuses).toEqual([200, 200, 200, 429, 429]);
        const domain = [];
        for (const [index, each] of [second, first, second, first, second].entries()) {
          domain.push((await each.signUp('a@farm.example', `203.0.113.${10 + index}`)).status);
        }
        expect(domain).toEqual([200, 200, 200, 200, 429]);
        const [key] = await redis.client.keys('*ip:203.0.113.1');
        expect(await redis.client.ttl(String(key))).toBeGreaterThan(3_500);
        // Emptied, as by a restart without a disk: it is counted anew, nobody is refused for ever.
        await redis.client.flushall();
        expect((await first.signUp('a@after.example', ip)).status).toBe(200);
      });
    });

    it('away: nobody waits or fails, each process counts for itself; back: together again', async () => {
      await withProcesses({ perIp: 2, perDomain: 1_000 }, async (first, second) => {
        await redis.kill();
        const ip = '203.0.113.2';
        const answers = [];
        for (const each of [first, first, first, second, second, second]) {
          answers.push(await each.signUp('a@away.example', ip));
        }
        expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 200, 200, 429]);
        for (const { tookMs } of answers) expect(tookMs).toBeLessThan(atOnceMs);
        await redis.start();
        await untilConnected([first, second]);
        const back = '203.0.113.3';
        expect((await first.signUp('a@back.example', back)).status).toBe(200);
        expect((await second.signUp('a@back.example', back)).status).toBe(200);
        expect((await first.signUp('a@back.example', back)).status).toBe(429);
      });
    });

    it('silent: one sign-up waits a second, those after it do not', async () => {
      await withProcesses({ perIp: 100, perDomain: 100 }, async (first) => {
        redis.freeze();
        try {
          const waited = await first.signUp('a@silent.example', '203.0.113.4');
          expect(waited.status).toBe(200);
          expect(waited.tookMs).toBeLessThan(patienceMs + atOnceMs);
          for (let times = 0; times < 3; times += 1) {
            const next = await first.signUp('a@silent.example', '203.0.113.4');
            expect(next.status).toBe(200);
            expect(next.tookMs).toBeLessThan(atOnceMs);
          }
        } finally {
          redis.thaw();
        }
      });
    });
  });
}
