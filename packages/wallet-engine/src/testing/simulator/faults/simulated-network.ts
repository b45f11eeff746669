import type { Devnet } from '@choonsim/near-devnet';
import { isRecord } from '../../../adapters/near-rpc/rpc-reply.ts';
import type { RpcTransport } from '../../../adapters/near-rpc/rpc-transport.ts';
import { type HttpReply, handlerError, type RpcRequest } from '../../suites/false-replies.ts';
import type { ProcessWatch } from '../processes/simulated-process.ts';
import type { SeededRandom } from '../world/seeded-random.ts';
import type { VirtualClock } from '../world/virtual-clock.ts';
import { askedHash } from './asked-hash.ts';

/** The probability of each fault for one message. */
export interface NetworkDangers {
  dropRequest: number;
  dropAnswer: number;
  delay: number;
  repeat: number;
  httpError: number;
  laggingRefusal: number;
  unknownTransaction: number;
}

export const quietNetwork: NetworkDangers = {
  dropRequest: 0,
  dropAnswer: 0,
  delay: 0,
  repeat: 0,
  httpError: 0,
  laggingRefusal: 0,
  unknownTransaction: 0,
};

/** Replaces the honest reply of an endpoint. */
export type Distortion = (
  request: RpcRequest,
  honest: () => Promise<HttpReply>,
) => Promise<HttpReply>;

/** One endpoint's view of the chain: how far it lags, and what it has pruned. */
export interface NodeView {
  lagBlocks: number;
  /** Transactions in blocks below this height are pruned; 0: none. */
  earliestHeight: number;
  isDown: boolean;
  /** No later block reaches the node and it forwards nothing; null: it follows the chain. */
  standsStillAt: number | null;
  distort: Distortion | null;
  /** Lies, each applied over the one before. */
  lies: Distortion[];
  /** It serves another chain and was configured by mistake. */
  isMistaken: boolean;
}

export function healthyNode(): NodeView {
  return {
    lagBlocks: 0,
    earliestHeight: 0,
    isDown: false,
    standsStillAt: null,
    distort: null,
    lies: [],
    isMistaken: false,
  };
}

const httpErrors = [408, 429, 500, 503] as const;
const waitOfClientMs = 15_000;
/** Shorter than the gap between the two queries of a proof. */
const longestBlindMs = 50_000;

/** Messages between processes and nodes, with the faults of a network. */
export class SimulatedNetwork {
  readonly nodes = new Map<string, NodeView>();
  dangers: NetworkDangers = quietNetwork;
  /** Called with every honest reply. */
  onReply: ((request: RpcRequest, reply: HttpReply) => void) | null = null;
  readonly #devnet: Devnet;
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #watch: ProcessWatch;
  /** Hashes that every node always rejects as expired. */
  readonly #refused = new Set<string>();
  readonly #sent = new Set<string>();
  /** The next new transaction is rejected for good. */
  refusesNext = false;
  /** Replies before this time are lost. */
  isCutUntilMs = 0;
  readonly #blind = new Map<string, { fromMs: number; untilMs: number }>();

  constructor(parts: {
    devnet: Devnet;
    clock: VirtualClock;
    random: SeededRandom;
    watch: ProcessWatch;
  }) {
    this.#devnet = parts.devnet;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#watch = parts.watch;
  }

  /** From now on every node rejects this transaction. */
  refuse(hash: string): void {
    this.#refused.add(hash);
  }

  transport: RpcTransport = async ({ url, body, timeoutMs }) => {
    const node = this.nodes.get(url);
    if (!node || node.isDown) throw new Error('connection refused');
    const request = isRecord(body) ? body : {};
    const { dangers } = this;
    const method = String(request.method);
    const isSend = method === 'send_tx';

    if (this.#happens('dropped request', dangers.dropRequest)) return this.#silence(timeoutMs);
    if (this.#happens('late message', dangers.delay)) {
      // Delayed bytes may arrive long after a premature proof of expiry.
      const isVeryLate = isSend && this.#random.chance(0.4);
      const delayMs = isVeryLate
        ? this.#random.between(60_000, 200_000)
        : this.#random.between(100, 20_000);
      if (delayMs > timeoutMs) {
        // The caller has given up; its transaction arrives all the same.
        if (isSend) {
          this.#clock.setTimer(
            () => void this.#answer(node, request).catch(() => undefined),
            delayMs,
          );
        }
        return this.#silence(timeoutMs);
      }
      await this.#clock.sleep(delayMs);
    }
    if (isSend && this.#happens('repeated message', dangers.repeat)) {
      const againMs = this.#random.between(0, 5_000);
      this.#clock.setTimer(() => void this.#answer(node, request).catch(() => undefined), againMs);
    }
    if (this.#happens('HTTP error', dangers.httpError)) {
      // A proxy may have forwarded the request before it gave up.
      if (this.#random.chance(0.5)) void this.#answer(node, request).catch(() => undefined);
      const httpStatus = this.#random.pick(httpErrors);
      this.#watch.count(`fault: HTTP ${httpStatus}`);
      return { httpStatus, body: 'busy' };
    }
    if (isSend && this.#happens('lagging refusal', dangers.laggingRefusal)) {
      if (this.#random.chance(0.5)) void this.#answer(node, request).catch(() => undefined);
      const InvalidTxError = this.#random.chance(0.5)
        ? { InvalidNonce: { tx_nonce: 1, ak_nonce: 2 } }
        : 'Expired';
      return handlerError(request.id, 'INVALID_TRANSACTION', {
        TxExecutionError: { InvalidTxError },
      });
    }
    if (method === 'tx' && this.#hasLostSight(url, request)) {
      this.#watch.count('fault: UNKNOWN_TRANSACTION');
      return handlerError(request.id, 'UNKNOWN_TRANSACTION', null);
    }
    const answered = this.#answer(node, request);
    if (this.#happens('dropped answer', dangers.dropAnswer)) {
      void answered.catch(() => undefined);
      return this.#silence(Math.min(timeoutMs, waitOfClientMs));
    }
    const answer = await answered;
    if (this.#clock.now() < this.isCutUntilMs) return this.#silence(timeoutMs);
    return answer;
  };

  async #answer(node: NodeView, request: RpcRequest): Promise<HttpReply> {
    if (request.method === 'send_tx' && this.#isRefused(String(askedHash(request)))) {
      return handlerError(request.id, 'INVALID_TRANSACTION', {
        TxExecutionError: { InvalidTxError: 'Expired' },
      });
    }
    const honest = async () => {
      const reply = await this.#honestAnswer(node, request);
      this.onReply?.(request, reply);
      return reply;
    };
    const distorted = () => (node.distort ? node.distort(request, honest) : honest());
    return node.lies.reduce<() => Promise<HttpReply>>(
      (said, lie) => () => lie(request, said),
      distorted,
    )();
  }

  #isRefused(hash: string): boolean {
    if (this.refusesNext && !this.#sent.has(hash)) {
      this.refusesNext = false;
      this.#refused.add(hash);
      this.#watch.count('event: transaction no node takes');
      this.#watch.trace(`no node takes ${hash}`);
    }
    this.#sent.add(hash);
    return this.#refused.has(hash);
  }

  /** The chain as this node sees it. */
  async #honestAnswer(node: NodeView, request: RpcRequest): Promise<HttpReply> {
    const { finalHeight } = this.#devnet.inspect();
    const nodeFinal = Math.min(
      Math.max(finalHeight - node.lagBlocks, 0),
      node.standsStillAt ?? Number.POSITIVE_INFINITY,
    );
    const isBehind = nodeFinal < finalHeight;
    const params = isRecord(request.params) ? request.params : {};
    const hash = askedHash(request);
    const known = hash === null ? null : this.#devnet.inspect().transaction(hash);
    if (known && known.includedHeight < node.earliestHeight) return forgotten(request);
    const isAhead = known && isBehind && known.includedHeight > nodeFinal + 2;
    if (isAhead && request.method === 'tx') {
      return handlerError(request.id, 'UNKNOWN_TRANSACTION', null);
    }
    if (request.method === 'send_tx' && node.standsStillAt !== null) {
      return handlerError(request.id, 'TIMEOUT_ERROR', null);
    }
    const isView = request.method === 'query' || request.method === 'block';
    const asked =
      isView && params.finality === 'final' && isBehind
        ? { ...request, params: { ...params, finality: undefined, block_id: nodeFinal } }
        : request;
    if (isView && typeof params.block_id === 'number' && params.block_id > nodeFinal + 2) {
      return handlerError(request.id, 'UNKNOWN_BLOCK', null);
    }
    const answer = await this.#devnet.handle(JSON.parse(JSON.stringify(asked)));
    const body =
      request.method === 'status'
        ? withSyncOf(answer.body, {
            earliestHeight: node.earliestHeight,
            newestHeight: nodeFinal + 2,
          })
        : answer.body;
    return { httpStatus: answer.httpStatus, body: JSON.stringify(body) };
  }

  /**
   * A node with a lagging index does not know a hash for a while, and only once: the assumption
   * behind the gap between the two queries of a proof.
   */
  #hasLostSight(url: string, request: Record<string, unknown>): boolean {
    const params = isRecord(request.params) ? request.params : {};
    const key = `${url} ${String(params.tx_hash)}`;
    let blind = this.#blind.get(key);
    if (!blind) {
      const delayMs = this.#random.chance(0.3) ? this.#random.between(0, 15_000) : 0;
      const fromMs = this.#clock.now() + delayMs;
      const isBlind = this.#random.chance(this.dangers.unknownTransaction);
      const durationMs = isBlind ? this.#random.between(500, longestBlindMs) : 0;
      blind = { fromMs, untilMs: fromMs + durationMs };
      this.#blind.set(key, blind);
    }
    const nowMs = this.#clock.now();
    return nowMs >= blind.fromMs && nowMs < blind.untilMs;
  }

  async #silence(timeoutMs: number): Promise<never> {
    await this.#clock.sleep(timeoutMs);
    throw new Error('no answer in time');
  }

  #happens(name: string, probability: number): boolean {
    const happens = this.#random.chance(probability);
    if (happens) this.#watch.count(`fault: ${name}`);
    return happens;
  }
}

/** The reply of a node that knows the spent nonce but has pruned the transaction that spent it. */
export function forgotten({ id, method }: RpcRequest): HttpReply {
  if (method === 'tx') return handlerError(id, 'UNKNOWN_TRANSACTION', null);
  return handlerError(id, 'INVALID_TRANSACTION', {
    TxExecutionError: { InvalidTxError: { InvalidNonce: { tx_nonce: 1, ak_nonce: 2 } } },
  });
}

function withSyncOf(
  body: unknown,
  { earliestHeight, newestHeight }: { earliestHeight: number; newestHeight: number },
): unknown {
  if (!isRecord(body) || !isRecord(body.result) || !isRecord(body.result.sync_info)) return body;
  const { sync_info: sync } = body.result;
  const sync_info = {
    ...sync,
    earliest_block_height: Math.max(Number(sync.earliest_block_height), earliestHeight),
    latest_block_height: Math.min(Number(sync.latest_block_height), newestHeight),
  };
  return { ...body, result: { ...body.result, sync_info } };
}
