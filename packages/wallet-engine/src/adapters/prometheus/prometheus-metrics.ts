import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { toMicroFunds } from '../../core/amounts.ts';
import type { Clock } from '../../core/clock.ts';
import type { EngineConfig } from '../../core/engine-config.ts';
import { allWalletErrorCodes, pauseReasons } from '../../core/errors.ts';
import { hostOf } from '../../core/host-of.ts';
import type { EngineObserver, EngineVitals } from '../../ports/engine-observer.ts';
import type { Census, WalletCensus } from '../../ports/wallet-census.ts';
import type { StockCount } from '../../ports/wallet-stock.ts';
import type { RpcObserver } from '../near-rpc/rpc-endpoint.ts';

export interface PrometheusMetrics {
  readonly observer: EngineObserver;
  readonly onRpcCall: RpcObserver;
  readonly contentType: string;
  /**
   * The Prometheus text of this process. Never fails when the database is away: it then returns
   * only the process's own figures, with `choonsim_census_up 0`.
   */
  text(sources: {
    census: WalletCensus;
    vitals: () => EngineVitals;
    /** Left out: this app keeps none. */
    stock?: () => Promise<StockCount>;
  }): Promise<string>;
}

const nearDecimals = 24;
const microPerUnit = 1_000_000;

const startBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];
const readyBuckets = [1, 2, 3, 4, 5, 7.5, 10, 15, 30, 60, 120, 300, 900, 3600];
const takeBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const rpcBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

/**
 * prom-client. Figures of a process's own work: sum them over processes. Figures read from the
 * tables are the same in every process: take the maximum. Labels hold codes, methods and hosts only.
 */
export function createPrometheusMetrics({
  config,
  clock,
  tokenLabel = 'token',
  withNode = false,
}: {
  config: Pick<EngineConfig, 'runwayWarningWallets' | 'stock'>;
  /** The label of the reward's token beside `near`; `token` unless given. */
  tokenLabel?: string;
  clock: Pick<Clock, 'now'>;
  /** Memory, CPU and event loop of the process too. */
  withNode?: boolean;
}): PrometheusMetrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  if (withNode) collectDefaultMetrics({ register: registry });
  const gauge = <Label extends string = never>(name: string, help: string, labels: Label[] = []) =>
    new Gauge({ name: `choonsim_${name}`, help, labelNames: labels, registers });
  const counter = <Label extends string = never>(
    name: string,
    help: string,
    labels: Label[] = [],
  ) => new Counter({ name: `choonsim_${name}`, help, labelNames: labels, registers });
  const histogram = <Label extends string = never>(
    name: string,
    help: string,
    { buckets, labels = [] }: { buckets: number[]; labels?: Label[] },
  ) => new Histogram({ name: `choonsim_${name}`, help, labelNames: labels, buckets, registers });

  const startSeconds = histogram('wallet_start_seconds', 'From the request to the first claim', {
    buckets: startBuckets,
  });
  const readySeconds = histogram(
    'wallet_ready_seconds',
    'From the request to READY, made on request',
    {
      buckets: readyBuckets,
    },
  );
  const takeSeconds = histogram('wallet_take_seconds', 'Requests that were given a ready wallet', {
    buckets: takeBuckets,
  });
  const misses = counter('wallet_stock_misses_total', 'Requests that found no ready wallet');
  const fillSeconds = histogram('wallet_stock_fill_seconds', 'Making one wallet for the stock', {
    buckets: readyBuckets,
  });
  const claims = counter('wallet_claims_total', 'Work on wallets begun here', ['kind']);
  const failures = counter('wallet_failures_total', 'Attempts that ended FAILED', [
    'code',
    'final',
  ]);
  // A counter that first appears with its first failure shows no increase for it.
  for (const code of allWalletErrorCodes) {
    for (const final of ['true', 'false']) failures.inc({ code, final }, 0);
  }
  const faults = counter(
    'service_errors_total',
    'Errors of the service itself, not of one wallet',
    ['code'],
  );
  const settled = counter('transactions_settled_total', 'Transactions with an end', [
    'purpose',
    'status',
  ]);
  const burnt = counter('near_burnt_total', 'NEAR kept by the network', ['purpose']);
  const rpcCalls = counter('rpc_calls_total', 'JSON-RPC calls', ['host', 'method', 'outcome']);
  const rpcSeconds = histogram('rpc_seconds', 'Duration of JSON-RPC calls', {
    buckets: rpcBuckets,
    labels: ['host'],
  });
  const heartbeat = gauge('worker_heartbeat_timestamp_seconds', 'When the worker last looked');
  const atWork = gauge('wallets_at_work', 'Wallets claimed by this process');
  const waiting = gauge('signatures_waiting', 'Signatures of this process that wait for a lane');
  const lanes = gauge('lanes', 'Lanes of this process', ['state']);
  const lanesConfigured = gauge('lanes_configured', 'Lanes the deployment is configured to have');
  const interrupted = gauge('interrupted', '1 while this process begins no new work');

  const censusUp = gauge('census_up', '0 while the database does not answer');
  const wallets = gauge('wallets', 'Wallets of owners by status', ['status']);
  const stockWallets = gauge('wallet_stock', 'Wallets without an owner', ['state']);
  const stockWanted = gauge(
    'wallet_stock_wanted',
    'Ready wallets the deployment is configured to have',
  );
  stockWanted.set(config.stock);
  const queueDepth = gauge('queue_depth', 'Wallets that wait or are worked on');
  const oldest = gauge('queue_oldest_seconds', 'Age of the oldest of those, 0 without one');
  const openCount = gauge('transactions_open', 'Signed transactions without an outcome');
  const openAge = gauge('transactions_open_oldest_seconds', 'Age of the oldest of those');
  const paused = gauge('paused', '1 for the reason why nobody signs', ['reason']);
  const treasury = gauge('treasury', 'Last final balance of the service account', ['asset']);
  const runway = gauge('treasury_runway_wallets', 'Wallets the treasury still pays for');
  const warning = gauge('treasury_runway_warning_wallets', 'Too few of them (configured)');
  warning.set(config.runwayWarningWallets);
  const readAt = gauge('treasury_read_timestamp_seconds', 'When that balance was asked for');

  const backedUp = gauge(
    'backup_timestamp_seconds',
    'When the newest backup was made; when the deployment was created, without one',
  );

  const showVitals = ({ pausedBy, walletsAtWork, waitingForLane, lanes: own }: EngineVitals) => {
    interrupted.set(pausedBy === null ? 0 : 1);
    atWork.set(walletsAtWork);
    waiting.set(waitingForLane);
    lanes.set({ state: 'held' }, own.held);
    lanes.set({ state: 'busy' }, own.busy);
    lanesConfigured.set(own.wanted);
  };

  const showCensus = ({ wallets: counts, oldestWaitingSinceMs, open, ...others }: Census) => {
    const { backedUpAtMs, deployment } = others;
    if (backedUpAtMs !== null) backedUp.set(backedUpAtMs / 1000);
    for (const [status, count] of Object.entries(counts)) wallets.set({ status }, count);
    queueDepth.set(counts.PENDING + counts.CREATING);
    oldest.set(secondsSince(oldestWaitingSinceMs));
    openCount.set(open.count);
    openAge.set(secondsSince(open.oldestSignedAtMs));
    for (const reason of pauseReasons) {
      paused.set({ reason }, deployment?.pauseReason === reason ? 1 : 0);
    }
    const funds = deployment?.treasury;
    if (!funds) return;
    treasury.set({ asset: 'near' }, funds.microNear / microPerUnit);
    treasury.set({ asset: tokenLabel }, funds.microToken / microPerUnit);
    readAt.set(funds.readAtMs / 1000);
    if (funds.runwayWallets !== null) runway.set(funds.runwayWallets);
  };

  const showStock = ({ ready, underWay, failed, otherTerms, setAside }: StockCount) => {
    stockWallets.set({ state: 'ready' }, ready);
    stockWallets.set({ state: 'under_way' }, underWay);
    stockWallets.set({ state: 'failed' }, failed);
    stockWallets.set({ state: 'other_terms' }, otherTerms);
    stockWallets.set({ state: 'set_aside' }, setAside);
  };

  const secondsSince = (sinceMs: number | null) =>
    sinceMs === null ? 0 : Math.max(clock.now() - sinceMs, 0) / 1000;

  return {
    contentType: registry.contentType,

    observer: {
      walletClaimed: ({ kind, waitedMs }) => {
        claims.inc({ kind });
        if (waitedMs !== null) startSeconds.observe(waitedMs / 1000);
      },
      walletReady: ({ tookMs }) => {
        if (tookMs !== null) readySeconds.observe(tookMs / 1000);
      },
      walletTaken: ({ tookMs }) => takeSeconds.observe(tookMs / 1000),
      stockMissed: () => misses.inc(),
      stockFilled: ({ tookMs }) => {
        if (tookMs !== null) fillSeconds.observe(tookMs / 1000);
      },
      walletFailed: ({ errorCode, isFinal }) =>
        failures.inc({ code: errorCode, final: String(isFinal) }),
      transactionSettled: ({ purpose, status, burntYocto }) => {
        settled.inc({ purpose, status });
        burnt.inc({ purpose }, toMicroFunds(burntYocto ?? 0n, nearDecimals) / microPerUnit);
      },
      serviceError: ({ code }) => faults.inc({ code }),
      workerPolled: ({ atMs }) => heartbeat.set(atMs / 1000),
    },

    onRpcCall: ({ url, method, outcome, tookMs }) => {
      const host = hostOf(url);
      rpcCalls.inc({ host, method, outcome });
      rpcSeconds.observe({ host }, tookMs / 1000);
    },

    async text({ census, vitals, stock }) {
      showVitals(vitals());
      try {
        showCensus(await census.take());
        if (stock) showStock(await stock());
        censusUp.set(1);
      } catch {
        censusUp.set(0);
      }
      return registry.metrics();
    },
  };
}
