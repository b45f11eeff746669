import {
  createPrometheusMetrics,
  type PrometheusMetrics,
} from '#engine/adapters/prometheus/prometheus-metrics.ts';
import { createSqlWalletCensus } from '#engine/adapters/sql/sql-wallet-census.ts';
import { betterSqlite3Database } from '#engine/adapters/sqlite/better-sqlite3-database.ts';
import type { EngineConfig } from '#engine/core/engine-config.ts';
import { stockTermsOf } from '#engine/service/stock-terms.ts';
import { startEngine, untilLanesReady } from '#engine/testing/engine-scenes.ts';
import { World, worldConfig } from '#engine/testing/simulator/world/world.ts';
import type { WalletEngine } from '#engine/wallets/wallet-engine.ts';
import { type Series, scrapeSeconds } from './promtool.ts';

type EngineOptions = NonNullable<Parameters<World['engine']>[0]>;

/** The real engine on the devnet and a virtual clock, scraped as Prometheus would. */
export class ScrapedWorld {
  readonly world: World;
  readonly metrics: PrometheusMetrics;
  engine!: WalletEngine;
  text = '';
  readonly #census;
  readonly #stock;
  readonly #series = new Map<string, (number | null)[]>();
  readonly #startMs: number;
  #scrapes = 0;
  #users = 0;

  private constructor(world: World, config: EngineConfig) {
    this.world = world;
    this.#startMs = world.clock.now();
    this.metrics = createPrometheusMetrics({
      config,
      clock: world.clock,
      tokenLabel: 'choco',
    });
    this.#census = createSqlWalletCensus(betterSqlite3Database(world.sqlite));
    const { tables } = world.diagnosisParts({ config });
    if (!tables) throw new Error('The world has no tables.');
    this.#stock = () => tables.stock.countStock(stockTermsOf(config));
  }

  /** An idle engine with its lanes. */
  static async start({
    world = new World(),
    ...options
  }: EngineOptions & { world?: World } = {}): Promise<ScrapedWorld> {
    const scraped = new ScrapedWorld(world, { ...worldConfig, ...options.config });
    const { observer, onRpcCall } = scraped.metrics;
    scraped.engine = await startEngine(world, { ...options, observer, onRpcCall });
    await untilLanesReady(world);
    return scraped;
  }

  get atSeconds(): number {
    return (this.#scrapes - 1) * scrapeSeconds;
  }

  get series(): Series {
    return this.#series;
  }

  /** A new user asks for a wallet. @returns the account id */
  async signUp(): Promise<string> {
    const userId = `user-${this.#users++}`;
    this.world.addUser(userId);
    const wallet = await this.engine.requestWallet(userId);
    return String(wallet?.accountId);
  }

  /** Advances the clock, scrape after scrape. @param everyScrape runs before each scrape */
  async pass(seconds: number, everyScrape: () => Promise<unknown> | unknown = () => undefined) {
    for (let passed = 0; passed < seconds; passed += scrapeSeconds) {
      await everyScrape();
      await this.world.clock.advance(scrapeSeconds * 1000);
      await this.#scrape();
    }
    return this;
  }

  async #scrape(): Promise<void> {
    const vitals = () => this.engine.vitals();
    this.text = await this.metrics.text({ census: this.#census, vitals, stock: this.#stock });
    for (const line of this.text.split('\n')) {
      const sample = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line);
      if (!sample) continue;
      const [, name = '', labels = '', text] = sample;
      // promtool's time begins at 0.
      const isTime = name.endsWith('_timestamp_seconds');
      const value = Number(text) - (isTime ? this.#startMs / 1000 : 0);
      // Labels that Prometheus adds at a scrape.
      const all = [labels, 'instance="one:3000"', 'job="choonsim"'].filter(Boolean).join(',');
      const key = `${name}{${all}}`;
      const values = this.#series.get(key) ?? Array.from({ length: this.#scrapes }, () => null);
      values.push(value);
      this.#series.set(key, values);
    }
    this.#scrapes += 1;
    for (const values of this.#series.values()) {
      while (values.length < this.#scrapes) values.push(null);
    }
  }
}
