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

  const startSeconds = histogram(
    'wallet_start_seconds',
    'Seconds from a wallet request to its first claim by a worker',
    {
      buckets: startBuckets,
    },
  );
  const readySeconds = histogram(
    'wallet_ready_seconds',
    'Seconds from a wallet request to READY, for wallets created on request',
    {
      buckets: readyBuckets,
    },
  );
  const takeSeconds = histogram(
    'wallet_take_seconds',
    'Seconds that a request took which got a ready wallet from the stock',
    {
      buckets: takeBuckets,
    },
  );
  const misses = counter(
    'wallet_stock_misses_total',
    'Wallet requests that found no ready wallet in the stock',
  );
  const fillSeconds = histogram(
    'wallet_stock_fill_seconds',
    'Seconds to create one wallet for the stock',
    {
      buckets: readyBuckets,
    },
  );
  const claims = counter(
    'wallet_claims_total',
    'Wallets claimed by this process, by kind of claim',
    ['kind'],
  );
  const failures = counter(
    'wallet_failures_total',
    'Attempts to create a wallet that ended FAILED; final: no retry is scheduled',
    ['code', 'final'],
  );
  // A counter that first appears with its first failure shows no increase for it.
  for (const code of allWalletErrorCodes) {
    for (const final of ['true', 'false']) failures.inc({ code, final }, 0);
  }
  const faults = counter(
    'service_errors_total',
    'Errors of the service itself, not of one wallet',
    ['code'],
  );
  const settled = counter(
    'transactions_settled_total',
    'Transactions of the service account whose outcome is known',
    ['purpose', 'status'],
  );
  const burnt = counter(
    'near_burnt_total',
    'NEAR burnt as fees of the transactions of the service account',
    ['purpose'],
  );
  const rpcCalls = counter('rpc_calls_total', 'JSON-RPC calls to NEAR nodes', [
    'host',
    'method',
    'outcome',
  ]);
  const rpcSeconds = histogram('rpc_seconds', 'Seconds that a JSON-RPC call to a NEAR node took', {
    buckets: rpcBuckets,
    labels: ['host'],
  });
  const heartbeat = gauge(
    'worker_heartbeat_timestamp_seconds',
    'Unix time at which the worker of this process last polled for due wallets',
  );
  const atWork = gauge('wallets_at_work', 'Wallets that this process is creating now');
  const waiting = gauge(
    'signatures_waiting',
    'Transactions of this process that wait for a free access key (lane)',
  );
  const lanes = gauge(
    'lanes',
    'Access keys of the service account (lanes): leased by this process, and with a transaction in flight',
    ['state'],
  );
  const lanesConfigured = gauge(
    'lanes_configured',
    'Access keys (lanes) that the service account is configured to have',
  );
  const interrupted = gauge(
    'interrupted',
    '1 while this process begins no new work, because of a pause or an error of its own',
  );

  const censusUp = gauge(
    'census_up',
    '1 if the figures from the database are current, 0 while it does not answer',
  );
  const wallets = gauge('wallets', 'Wallets of users by status', ['status']);
  const stockWallets = gauge('wallet_stock', 'Wallets in stock, which no user has yet, by state', [
    'state',
  ]);
  const stockWanted = gauge(
    'wallet_stock_wanted',
    'Ready wallets that the stock is configured to have',
  );
  stockWanted.set(config.stock);
  const queueDepth = gauge('queue_depth', 'Wallets of users that are PENDING or CREATING');
  const oldest = gauge(
    'queue_oldest_seconds',
    'Seconds since the oldest waiting wallet was requested, 0 without one',
  );
  const openCount = gauge(
    'transactions_open',
    'Signed transactions whose outcome is not known yet',
  );
  const openAge = gauge(
    'transactions_open_oldest_seconds',
    'Seconds since the oldest transaction without a known outcome was signed',
  );
  const paused = gauge('paused', '1 for the reason for which signing is paused in every process', [
    'reason',
  ]);
  const treasury = gauge(
    'treasury',
    'What the service account (treasury) can spend at a final block, as last read',
    ['asset'],
  );
  const runway = gauge(
    'treasury_runway_wallets',
    'Wallets that the balance of the service account still pays for',
  );
  const warning = gauge(
    'treasury_runway_warning_wallets',
    'Number of such wallets below which the treasury counts as short (configured)',
  );
  warning.set(config.runwayWarningWallets);
  const readAt = gauge(
    'treasury_read_timestamp_seconds',
    'Unix time at which the balance of the service account was last read',
  );

  const backedUp = gauge(
    'backup_timestamp_seconds',
    'Unix time of the newest recorded backup; without one, of the creation of the deployment',
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
