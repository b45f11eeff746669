import type { Clock } from '../../core/clock.ts';
import { ServiceError } from '../../core/errors.ts';
import type { EngineLog } from '../../core/log.ts';
import { isExpectedChainId } from '../../core/network-chain-id.ts';
import type { ChainIdentity } from '../../ports/near-chain.ts';
import { type NodeStatus, readStatus } from './near-reply.ts';
import { RpcEndpoint, type RpcObserver, type RpcQuestion } from './rpc-endpoint.ts';
import { NoAnswerError, type NoAnswerKind } from './rpc-reply.ts';
import type { RpcTransport } from './rpc-transport.ts';

/** An endpoint of the chain. */
export interface ChainNode {
  readonly endpoint: RpcEndpoint;
  /** An archival node, queried only for what the others may have pruned. */
  readonly isArchival: boolean;
  /** It is stalled or behind: queried last. */
  isBehind: boolean;
  /** Its status when it last proved its chain; null: it must prove it before its answers count. */
  proof: { status: NodeStatus; atMs: number } | null;
}

/** Several endpoints in order of preference; only those of one chain count. */
export interface NearEndpoints {
  readonly nodes: readonly ChainNode[];
  /**
   * Only endpoints of this chain count from now on.
   * @param genesisHash null: the chain on which all answering endpoints agree
   * @throws ServiceError `WRONG_CHAIN` when all are of another chain, or of different ones
   */
  requireChain(expected: { genesisHash: string | null }): Promise<ChainIdentity>;
  /** Waits until the chain is known. @throws ServiceError as `requireChain` */
  agreement(): Promise<void>;
  /**
   * Queries one endpoint after another until one answers; archival ones are left out.
   * @throws ServiceError `NODE_UNREACHABLE` or `RATE_LIMITED` when none does
   */
  ask<T>(question: RpcQuestion<T>): Promise<T>;
  /** As `ask`, for what takes several questions: they are put to one endpoint, and all anew to the next. */
  askInTurn<T>(method: string, work: (node: ChainNode) => Promise<T>): Promise<T>;
  /**
   * As `ask`, but an answer counts only when a second endpoint of this chain, if there is one, gives it too.
   * @param isSame whether two answers agree; unless given, any two do
   * @throws ServiceError also `UNCONFIRMED` when one endpoint gives it and no other answers,
   * `NODES_DISAGREE` when their answers differ
   */
  askConfirmed<T>(
    question: RpcQuestion<T>,
    isClaim: (answer: T) => boolean,
    isSame?: (one: T, other: T) => boolean,
  ): Promise<T>;
  /** As `askConfirmed`, for any answer, and for what takes several questions. */
  agreeInTurn<T>(
    method: string,
    work: (node: ChainNode) => Promise<T>,
    isSame: (one: T, other: T) => boolean,
  ): Promise<T>;
  /** Whether it is the only endpoint of this chain. */
  isAlone(node: ChainNode, errors: ReadonlyMap<ChainNode, NoAnswerError>): boolean;
  /** Queries one endpoint, after it has proven its chain. @throws NoAnswerError */
  askNode<T>(node: ChainNode, question: RpcQuestion<T>): Promise<T>;
  /** Has an endpoint prove its chain now. @throws NoAnswerError */
  prove(node: ChainNode): Promise<NodeStatus>;
  /** The endpoints in the order to query them now, without archival ones. */
  inOrder(): ChainNode[];
  /** An accepted answer turned out to be invalid; counted as a failed call. */
  disbelieve(node: ChainNode, method: string, error: NoAnswerError): void;
  /** Whether an endpoint is queried after those that keep up with the chain. */
  setBehind(node: ChainNode, isBehind: boolean): void;
}

export interface NearEndpointsParts {
  /** In order of preference. */
  urls: string[];
  archivalUrls: string[];
  /** See {@link isExpectedChainId}. */
  expectedChainId: string | null;
  transport: RpcTransport;
  clock: Pick<Clock, 'now'>;
  log: EngineLog;
  onCall: RpcObserver;
}

const statusTimeoutMs = 5_000;
/**
 * Another node may answer behind the same address later. Shorter than the gap between the two queries that
 * prove a transaction can never execute.
 */
const proofLifetimeMs = 30_000;
/** A reported error is reported again after this time. */
const reportAgainMs = 600_000;
/** Normal in a network; their rate is in the metrics. */
const unreported: ReadonlySet<NoAnswerKind> = new Set([
  'unreachable',
  'timeout',
  'http-error',
  'rate-limited',
  'stale',
]);

export function createNearEndpoints(parts: NearEndpointsParts): NearEndpoints {
  return new Endpoints(parts);
}

class Endpoints implements NearEndpoints {
  readonly nodes: readonly ChainNode[];
  readonly #parts: NearEndpointsParts;
  readonly #preferred: readonly ChainNode[];
  readonly #report: (host: string, error: NoAnswerError) => void;
  readonly #proving = new Map<ChainNode, Promise<NodeStatus>>();
  #genesisHash: string | null = null;
  #agreeing: Promise<ChainIdentity> | null = null;

  constructor(parts: NearEndpointsParts) {
    const { urls, archivalUrls, transport, clock, log, onCall } = parts;
    const nodeOf = (url: string, isArchival: boolean): ChainNode => ({
      endpoint: new RpcEndpoint({ url, clock, transport, onCall }),
      isArchival,
      isBehind: false,
      proof: null,
    });
    this.#parts = parts;
    this.nodes = [
      ...urls.map((url) => nodeOf(url, false)),
      ...archivalUrls.map((url) => nodeOf(url, true)),
    ];
    this.#preferred = this.nodes.filter(({ isArchival }) => !isArchival);
    this.#report = createReporter(clock, log);
  }

  async requireChain(expected: { genesisHash: string | null }): Promise<ChainIdentity> {
    if (expected.genesisHash !== this.#genesisHash || this.#genesisHash === null) {
      this.#genesisHash = expected.genesisHash;
      for (const node of this.nodes) node.proof = null;
    }
    return this.#agree();
  }

  async agreement(): Promise<void> {
    if (this.#genesisHash !== null) return;
    this.#agreeing ??= this.#agree().finally(() => {
      this.#agreeing = null;
    });
    await this.#agreeing;
  }

  ask<T>(question: RpcQuestion<T>): Promise<T> {
    return this.askInTurn(question.method, (node) => this.#askProven(node, question));
  }

  async askInTurn<T>(method: string, work: (node: ChainNode) => Promise<T>): Promise<T> {
    await this.agreement();
    const errors: NoAnswerError[] = [];
    for (const node of this.inOrder()) {
      try {
        return await work(node);
      } catch (error) {
        errors.push(NoAnswerError.from(error));
      }
    }
    throw errorOf(method, errors);
  }

  askConfirmed<T>(
    question: RpcQuestion<T>,
    isClaim: (answer: T) => boolean,
    isSame: (one: T, other: T) => boolean = () => true,
  ): Promise<T> {
    const work = (node: ChainNode) => this.#askProven(node, question);
    return this.#confirmInTurn(question.method, work, { isClaim, isSame });
  }

  agreeInTurn<T>(
    method: string,
    work: (node: ChainNode) => Promise<T>,
    isSame: (one: T, other: T) => boolean,
  ): Promise<T> {
    return this.#confirmInTurn(method, work, { isClaim: () => true, isSame });
  }

  async #confirmInTurn<T>(
    method: string,
    work: (node: ChainNode) => Promise<T>,
    { isClaim, isSame }: { isClaim: (answer: T) => boolean; isSame: (one: T, other: T) => boolean },
  ): Promise<T> {
    await this.agreement();
    const errors = new Map<ChainNode, NoAnswerError>();
    const claims: { node: ChainNode; answer: T }[] = [];
    for (const node of this.inOrder()) {
      try {
        const answer = await work(node);
        if (!isClaim(answer) || claims.some((claim) => isSame(claim.answer, answer))) {
          return answer;
        }
        claims.push({ node, answer });
      } catch (error) {
        errors.set(node, NoAnswerError.from(error));
      }
    }
    const [claim] = claims;
    const fault = errorOf(method, [...errors.values()]);
    if (!claim) throw fault;
    if (this.isAlone(claim.node, errors)) return claim.answer;
    const hosts = claims.map(({ node }) => node.endpoint.host).join(', ');
    throw claims.length > 1
      ? new ServiceError('NODES_DISAGREE', `${method}: ${hosts} give different answers`)
      : new ServiceError(
          'UNCONFIRMED',
          `${method}: what ${hosts} says is confirmed by no other node`,
          { cause: fault },
        );
  }

  isAlone(node: ChainNode, errors: ReadonlyMap<ChainNode, NoAnswerError>): boolean {
    return this.#preferred.every(
      (other) => other === node || errors.get(other)?.kind === 'foreign',
    );
  }

  async askNode<T>(node: ChainNode, question: RpcQuestion<T>): Promise<T> {
    await this.agreement();
    return this.#askProven(node, question);
  }

  async prove(node: ChainNode): Promise<NodeStatus> {
    await this.agreement();
    return this.#prove(node);
  }

  inOrder(): ChainNode[] {
    const rank = ({ endpoint, isBehind }: ChainNode) => (endpoint.isBroken ? 2 : isBehind ? 1 : 0);
    // Failing endpoints are still queried when the others fail: a slow answer is better than none.
    return [...this.#preferred].sort((one, other) => rank(one) - rank(other));
  }

  disbelieve(node: ChainNode, method: string, error: NoAnswerError): void {
    node.proof = null;
    node.endpoint.disbelieve(method, error.kind);
    this.#report(node.endpoint.host, error);
  }

  setBehind(node: ChainNode, isBehind: boolean): void {
    if (isBehind && !node.isBehind) {
      const { host } = node.endpoint;
      const fields = { host, outcome: 'stale' };
      this.#parts.log.warn(
        fields,
        'a node is stalled or behind the chain: it is queried last until it catches up',
      );
    }
    node.isBehind = isBehind;
  }

  async #askProven<T>(node: ChainNode, question: RpcQuestion<T>): Promise<T> {
    const nowMs = this.#parts.clock.now();
    const ageMs = node.proof ? nowMs - node.proof.atMs : Number.POSITIVE_INFINITY;
    if (!(ageMs >= 0 && ageMs < proofLifetimeMs)) await this.#prove(node);
    return this.#askEndpoint(node, question);
  }

  #prove(node: ChainNode): Promise<NodeStatus> {
    const running =
      this.#proving.get(node) ?? this.#proveNow(node).finally(() => this.#proving.delete(node));
    this.#proving.set(node, running);
    return running;
  }

  async #proveNow(node: ChainNode): Promise<NodeStatus> {
    const status = await this.#askEndpoint(node, {
      method: 'status',
      params: [],
      timeoutMs: statusTimeoutMs,
      read: (answer) => this.#requireRight(readStatus(answer)),
    });
    node.proof = { status, atMs: this.#parts.clock.now() };
    return status;
  }

  async #askEndpoint<T>(node: ChainNode, question: RpcQuestion<T>): Promise<T> {
    try {
      return await node.endpoint.ask(question);
    } catch (thrown) {
      const error = NoAnswerError.from(thrown);
      if (error.kind !== 'stale') node.proof = null;
      this.#report(node.endpoint.host, error);
      throw error;
    }
  }

  #requireRight(status: NodeStatus): NodeStatus {
    const { expectedChainId } = this.#parts;
    const genesisHash = this.#genesisHash;
    const isRight =
      isExpectedChainId(status.chainId, expectedChainId) &&
      (genesisHash === null || status.genesisHash === genesisHash);
    if (isRight) return status;
    const expected = [expectedChainId ?? 'a local chain', genesisHash && `genesis ${genesisHash}`];
    throw new NoAnswerError(
      'foreign',
      `serves ${nameOf(status)}; expected is ${expected.filter(Boolean).join(', ')}`,
    );
  }

  /** All are queried, since any one may be of another chain. */
  async #agree(): Promise<ChainIdentity> {
    const answers = await Promise.allSettled(this.nodes.map((node) => this.#prove(node)));
    const said = answers.flatMap((answer, index) =>
      answer.status === 'fulfilled' ? [{ host: this.#hostAt(index), ...answer.value }] : [],
    );
    const [first] = said;
    if (!first) {
      const errors = answers.flatMap((answer) =>
        answer.status === 'rejected' ? [NoAnswerError.from(answer.reason)] : [],
      );
      throw this.#meetingError(errors);
    }
    const other = said.find((status) => status.genesisHash !== first.genesisHash);
    if (other) {
      for (const node of this.nodes) node.proof = null;
      const message = `${first.host} serves ${nameOf(first)}, ${other.host} serves ${nameOf(other)}`;
      throw new ServiceError('WRONG_CHAIN', `${message}: none is believed`);
    }
    this.#genesisHash = first.genesisHash;
    return { chainId: first.chainId, genesisHash: first.genesisHash };
  }

  #meetingError(errors: NoAnswerError[]): ServiceError {
    const foreign = errors.findIndex(({ kind }) => kind === 'foreign');
    const error = errors[foreign];
    if (error && errors.every(({ kind }) => kind === 'foreign')) {
      const message = `${this.#hostAt(foreign)} ${error.message}`;
      return new ServiceError('WRONG_CHAIN', message, { cause: error });
    }
    return errorOf('status', errors);
  }

  #hostAt(index: number): string {
    return this.nodes[index]?.endpoint.host ?? 'unknown';
  }
}

/** Logs each kind of failure of a host once in ten minutes. */
function createReporter(clock: Pick<Clock, 'now'>, log: EngineLog) {
  const reportedAtMs = new Map<string, number>();
  return (host: string, { kind, message }: NoAnswerError): void => {
    if (unreported.has(kind)) return;
    const key = `${host} ${kind}`;
    const lastMs = reportedAtMs.get(key);
    if (lastMs !== undefined && Math.abs(clock.now() - lastMs) < reportAgainMs) return;
    reportedAtMs.set(key, clock.now());
    const fields = { host, outcome: kind, failure: message };
    if (kind === 'foreign') log.error(fields, 'a node serves another chain and is ignored');
    else log.warn(fields, 'a node gave no usable answer to an RPC request');
  };
}

/** The error of a call that no endpoint answered. */
export function errorOf(method: string, errors: NoAnswerError[]): ServiceError {
  const last = errors.findLast(({ kind }) => kind !== 'foreign') ?? errors.at(-1);
  const code = last?.kind === 'rate-limited' ? 'RATE_LIMITED' : 'NODE_UNREACHABLE';
  return new ServiceError(code, `no node answered ${method}: ${last?.message}`, { cause: last });
}

function nameOf({ chainId, genesisHash }: ChainIdentity): string {
  return `${chainId} with genesis ${genesisHash}`;
}
