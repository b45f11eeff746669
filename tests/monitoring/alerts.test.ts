import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { yoctoPerNear } from '#engine/core/amounts.ts';
import { stockTermsOf } from '#engine/service/stock-terms.ts';
import { during, MortalProcess, startEngine } from '#engine/testing/engine-scenes.ts';
import { RefusingContract } from '#engine/testing/simulator/faults/refusing-contract.ts';
import { World, worldConfig } from '#engine/testing/simulator/world/world.ts';
import { type Expectation, expectAlerts, hasPromtool, rulesFile } from './promtool.ts';
import { ScrapedWorld } from './scraped-world.ts';

const isCi = process.env.CI === 'true';
const canRun = isCi || hasPromtool();
if (!canRun) console.log('Left out: tests/monitoring. To have them: apt-get install prometheus');

const alertNames = [...readFileSync(rulesFile, 'utf8').matchAll(/- alert: (\w+)/g)].map(
  ([, name]) => name ?? '',
);
const fired = new Set<string>();

function expectFiring(scraped: ScrapedWorld, ...expectations: Expectation[]): void {
  expectAlerts(scraped.series, expectations);
  for (const { firing } of expectations) for (const name of firing) fired.add(name);
}

const now = (scraped: ScrapedWorld, ...firing: string[]): Expectation => ({
  atSeconds: scraped.atSeconds,
  firing,
});

it('each alert links to a heading of its name in the runbook', () => {
  const rules = readFileSync(rulesFile, 'utf8');
  const headings = readFileSync('docs/runbook.md', 'utf8').matchAll(/^## (\w+)$/gm);
  expect([...headings].map(([, name]) => name)).toEqual(alertNames);
  const chapters = [...rules.matchAll(/runbook_url: docs\/runbook\.md#(\w+)$/gm)];
  expect(chapters.map(([, chapter]) => chapter)).toEqual(
    alertNames.map((name) => name.toLowerCase()),
  );
});

// Hours of scrapes, and promtool's own start.
describe.skipIf(!canRun)(
  'the alerts, on metrics scraped from a real engine',
  {
    timeout: 60_000,
  },
  () => {
    it('none fires while users sign up in normal operation', async () => {
      const scraped = await ScrapedWorld.start();
      await scraped.pass(900, () => scraped.signUp());
      const expectations = [60, 300, 600, 885].map((atSeconds) => ({ atSeconds, firing: [] }));
      expectFiring(scraped, ...expectations);
      expect(scraped.text).toContain('choonsim_wallets{status="READY"} 60');
    });

    it('a chain that halts: wallets wait, transactions have no outcome; resolved when it resumes', async () => {
      const scraped = await ScrapedWorld.start();
      await scraped.pass(120, () => scraped.signUp());
      const well = now(scraped);
      // One is in flight; nothing more is signed without a new block.
      for (let users = 0; users < 3; users += 1) await scraped.signUp();
      await scraped.pass(1);
      scraped.world.devnet.producer.halt();
      await scraped.signUp();
      await scraped.pass(480);
      const halted = now(scraped, 'WalletsWaitTooLong', 'TransactionWithoutOutcome');
      scraped.world.devnet.producer.resume();
      await scraped.pass(90);
      // They are READY, but late.
      await scraped.pass(180);
      const slow = now(scraped, 'WalletsSlow');
      await scraped.pass(720);
      expectFiring(scraped, well, halted, slow, now(scraped));
    });

    it('none fires while users take wallets from a stock that is refilled', async () => {
      const scraped = await ScrapedWorld.start({ config: { stock: 3 } });
      await scraped.pass(60);
      await scraped.pass(900, () => scraped.signUp());
      expectFiring(scraped, ...[300, 600, 945].map((atSeconds) => ({ atSeconds, firing: [] })));
      expect(scraped.text).toContain('choonsim_wallet_take_seconds_count 60');
      expect(scraped.text).toContain('choonsim_wallet_stock_misses_total 0');
      expect(scraped.text).toContain('choonsim_wallet_stock{state="ready"} 3');
    });

    it('a stock that spend limits do not let grow again, while users come; none once nobody comes', async () => {
      // Enough for every user of the hour, but not for them and for a stock of twenty.
      const config = { stock: 20, spendLimitHourYocto: (yoctoPerNear * 364n) / 100n };
      const scraped = await ScrapedWorld.start({ config });
      await scraped.pass(60);
      const well = now(scraped);
      for (let users = 0; users < 5; users += 1) await scraped.signUp();
      let scrapes = 0;
      await scraped.pass(1080, async () => {
        scrapes += 1;
        if (scrapes % 5 === 0) await scraped.signUp();
      });
      const empty = now(scraped, 'StockEmpty');
      await scraped.pass(600);
      expectFiring(scraped, well, empty, now(scraped));
      expect(scraped.text).toContain('choonsim_paused{reason="SPEND_LIMIT_REACHED"} 0');
    });

    it('a stock whose wallets were created on other terms', async () => {
      const world = new World();
      const earlier = await startEngine(world, { name: 'earlier', config: { stock: 2 } });
      const { tables } = world.diagnosisParts();
      await world.clock.advance(30_000);
      const stocked = await tables?.stock.countStock(stockTermsOf(worldConfig));
      expect(stocked).toMatchObject({ ready: 2 });
      await during(world, earlier.stop());
      const config = { stock: 2, initialBalanceYocto: yoctoPerNear / 20n };
      const scraped = await ScrapedWorld.start({ world, config });
      await scraped.pass(480, () => scraped.signUp());
      expectFiring(scraped, now(scraped, 'StockUnfit'));
      expect(scraped.text).toContain('choonsim_wallet_stock{state="other_terms"} 2');
    });

    it('a treasury that runs out: a warning long before, and an alert when nothing can be signed', async () => {
      const scraped = await ScrapedWorld.start({
        config: { reserveYocto: 999_999n * yoctoPerNear - yoctoPerNear / 2n },
      });
      await scraped.pass(120, () => scraped.signUp());
      const low = now(scraped, 'TreasuryRunsOut');
      for (let users = 0; users < 20; users += 1) await scraped.signUp();
      await scraped.pass(300);
      const out = now(scraped, 'TreasuryRunsOut', 'SigningPaused', 'WalletsWaitTooLong');
      expectFiring(scraped, low, out);
      expect(scraped.text).toContain('choonsim_paused{reason="TREASURY_NEAR_LOW"} 1');
    });

    it('a worker that hangs in a process that still answers', async () => {
      const world = new World();
      const mortal = new MortalProcess(world);
      const { clock, transport, wrap } = mortal;
      const scraped = await ScrapedWorld.start({ world, clock, transport, wrap });
      await scraped.pass(60);
      const well = now(scraped);
      mortal.kill();
      await scraped.pass(180);
      expectFiring(scraped, well, now(scraped, 'WorkerSilent'));
    });

    it('wallets that fail: one that stays FAILED, and the failure rate', async () => {
      const world = new World();
      const contract = new RefusingContract(world);
      const scraped = await ScrapedWorld.start({ world, transport: contract.transport });
      await scraped.pass(120, async () => {
        for (let users = 0; users < 3; users += 1) await scraped.signUp();
      });
      const well = now(scraped);
      contract.accountId = await scraped.signUp();
      await scraped.pass(240);
      const failing = now(scraped, 'WalletsFailForGood', 'FailureRateHigh');
      contract.accountId = null;
      await scraped.pass(960, () => scraped.signUp());
      expectFiring(scraped, well, failing, now(scraped));
      expect(scraped.text).toContain(
        'choonsim_wallet_failures_total{code="REWARD_REFUSED",final="true"} 1',
      );
    });

    it('one failed attempt of a few is no failure rate', async () => {
      const world = new World();
      const contract = new RefusingContract(world);
      const scraped = await ScrapedWorld.start({ world, transport: contract.transport });
      await scraped.pass(30, () => scraped.signUp());
      contract.accountId = await scraped.signUp();
      await scraped.pass(15);
      contract.accountId = null;
      await scraped.pass(300);
      expectFiring(
        scraped,
        ...[60, 120, 180, 240, 300].map((atSeconds) => ({ atSeconds, firing: [] })),
      );
      expect(scraped.text).toMatch(/failures_total\{code="REWARD_REFUSED",final="false"\} [12]$/m);
      expect(scraped.text).toContain('choonsim_wallets{status="READY"} 3');
    });

    it('a process that has read nothing yet, alone or beside one that has', async () => {
      const scraped = await ScrapedWorld.start();
      await scraped.pass(300, () => scraped.signUp());
      // Web processes without a worker show these as 0 for ever, or until the database answers.
      const unread = ['treasury_runway_wallets', 'treasury_read_timestamp_seconds'];
      const untouched = (names: string[]) =>
        names.map((name) => {
          const values = Array.from({ length: 20 }, () => 0);
          return [`choonsim_${name}{instance="two:3000",job="choonsim"}`, values] as const;
        });
      const beside = untouched([...unread, 'worker_heartbeat_timestamp_seconds']);
      expectAlerts(new Map([...scraped.series, ...beside]), [now(scraped)]);
      const working = [...scraped.series].filter(([name]) => !name.includes('_treasury_r'));
      const warning = [...scraped.series].filter(([name]) => name.includes('_runway_warning_'));
      expectAlerts(new Map([...working, ...warning, ...untouched(unread)]), [now(scraped)]);
    });

    it('a node that does not answer, by host, without the key in its address', async () => {
      const world = new World();
      let isBroken = false;
      const scraped = await ScrapedWorld.start({
        world,
        urls: ['https://one.example/secret-api-key?token=secret', 'https://two.example/'],
        transport: async (call) => {
          if (isBroken && call.url.includes('one.example')) {
            return { httpStatus: 429, body: 'slow down' };
          }
          return world.transport(call);
        },
      });
      await scraped.pass(120, () => scraped.signUp());
      const well = now(scraped);
      isBroken = true;
      await scraped.pass(480, () => scraped.signUp());
      expectFiring(scraped, well, now(scraped, 'NodeDoesNotAnswer'));
      expect(scraped.text).toMatch(/host="one\.example",method="\w+",outcome="rate-limited"/);
      expect(scraped.text).not.toContain('secret');
    });

    it('a node whose replies are crossed, and one of another chain: both are ignored', async () => {
      const world = new World();
      let isBroken = false;
      const scraped = await ScrapedWorld.start({
        world,
        urls: ['https://crossed.example/', 'https://foreign.example/', 'https://good.example/'],
        transport: async (call) => {
          const reply = await world.transport(call);
          if (!isBroken || call.url.includes('good')) return reply;
          const body = JSON.parse(reply.body);
          if (call.url.includes('crossed')) body.id = 'of another';
          else if (body.result?.genesis_hash) body.result.genesis_hash = '1'.repeat(32);
          return { ...reply, body: JSON.stringify(body) };
        },
      });
      await scraped.pass(120, () => scraped.signUp());
      const well = now(scraped);
      isBroken = true;
      await scraped.pass(480, () => scraped.signUp());
      expectFiring(
        scraped,
        well,
        now(scraped, 'NodeAnswersOtherThanAsked', 'NodeOfAnotherChain', 'NodeDoesNotAnswer'),
      );
    });

    it('more sign-ups than the lanes can handle', async () => {
      const scraped = await ScrapedWorld.start({ config: { lanes: 1 } });
      for (let users = 0; users < 120; users += 1) await scraped.signUp();
      await scraped.pass(480, async () => {
        for (let users = 0; users < 30; users += 1) await scraped.signUp();
      });
      expectFiring(scraped, now(scraped, 'LanesExhausted', 'WalletsWaitTooLong', 'WalletsSlow'));
    });

    it('a backup that is older than a day, until there is a new one', async () => {
      const scraped = await ScrapedWorld.start();
      const { sqlite, clock } = scraped.world;
      await scraped.pass(60);
      const well = now(scraped);
      const dayAgoMs = clock.now() - 27 * 3_600_000;
      sqlite.prepare('UPDATE "Deployment" SET "createdAt" = ?').run(dayAgoMs);
      await scraped.pass(360);
      const never = now(scraped, 'BackupOld');
      const record = sqlite.prepare(`INSERT INTO "OperatorAction" ("actor", "action", "createdAt")
        VALUES ('cron', 'BACKUP', ?)`);
      record.run(dayAgoMs + 60_000);
      await scraped.pass(60);
      const old = now(scraped, 'BackupOld');
      record.run(clock.now());
      await scraped.pass(60);
      expectFiring(scraped, well, never, old, now(scraped));
    });

    it('a database that does not answer', async () => {
      const scraped = await ScrapedWorld.start();
      await scraped.pass(60, () => scraped.signUp());
      const well = now(scraped);
      scraped.world.sqlite.close();
      await scraped.pass(180);
      expectFiring(scraped, well, now(scraped, 'DatabaseDoesNotAnswer', 'WorkerSilent'));
    });

    afterAll(() => {
      // A rule that never fired is untested.
      expect([...fired].sort()).toEqual([...alertNames].sort());
    });
  },
);
