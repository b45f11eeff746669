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
  /** It never forgets, and is asked only for what the others may have forgotten. */
  readonly isArchival: boolean;
  /** It stands still or has not caught up: asked last. */
  isBehind: boolean;
  /** What it said when it last proved its chain; null: it has to, before its word counts. */
  proof: { status: NodeStatus; atMs: number } | null;
}

/** Several endpoints in order of preference, of which only those of one chain count. */
export interface NearEndpoints {
  readonly nodes: readonly ChainNode[];
  /**
   * Only endpoints of this chain count from now on.
   * @param genesisHash null: of the chain on which all that answer agree
   * @throws ServiceError `WRONG_CHAIN` when all are of another chain, or of several
   */
  requireChain(expected: { genesisHash: string | null }): Promise<ChainIdentity>;
  /** Until it is known which chain counts. @throws ServiceError as `requireChain` */
  agreement(): Promise<void>;
  /**
   * Asks one endpoint after another until one answers; archival ones are not asked.
   * @throws ServiceError `NODE_UNREACHABLE` or `RATE_LIMITED` when none does
   */
  ask<T>(question: RpcQuestion<T>): Promise<T>;
  /**
   * As `ask`, but a claim counts only when a second endpoint makes it too, where there is one of this
   * chain.
   * @param isSame whether two claims are one; any two are unless given
   * @throws ServiceError also `UNCONFIRMED` when one endpoint claims it and no other answers,
   * `NODES_DISAGREE` when each claims something else
   */
  askConfirmed<T>(
    question: RpcQuestion<T>,
    isClaim: (answer: T) => boolean,
    isSame?: (one: T, other: T) => boolean,
  ): Promise<T>;
  /** Whether the endpoint stands alone: those beside it are of another chain, or there are none. */
  isAlone(node: ChainNode, errors: ReadonlyMap<ChainNode, NoAnswerError>): boolean;
  /** Asks one endpoint, after it has proven its chain. @throws NoAnswerError */
  askNode<T>(node: ChainNode, question: RpcQuestion<T>): Promise<T>;
  /** Has an endpoint prove its chain now. @throws NoAnswerError */
  prove(node: ChainNode): Promise<NodeStatus>;
  /** The endpoints as they are to be asked now; archival ones are not among them. */
  inOrder(): ChainNode[];
  /** What an endpoint answered turned out to be none; counted as a failed call of its own. */
  disbelieve(node: ChainNode, method: string, error: NoAnswerError): void;
  /** Whether an endpoint is to be asked after those that go on with the chain. */
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
 * Behind one address another node may answer tomorrow. Shorter than the gap between the two askings
 * of a death proof.
 */
const proofLifetimeMs = 30_000;
/** What is reported once is reported again after so long. */
const reportAgainMs = 600_000;
/** Daily life of a network; their rate is in the metrics. */
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

  async ask<T>(question: RpcQuestion<T>): Promise<T> {
    await this.agreement();
    const errors: NoAnswerError[] = [];
    for (const node of this.inOrder()) {
      try {
        return await this.#askProven(node, question);
      } catch (error) {
        errors.push(NoAnswerError.from(error));
      }
    }
    throw errorOf(question.method, errors);
  }

  async askConfirmed<T>(
    question: RpcQuestion<T>,
    isClaim: (answer: T) => boolean,
    isSame: (one: T, other: T) => boolean = () => true,
  ): Promise<T> {
    await this.agreement();
    const errors = new Map<ChainNode, NoAnswerError>();
    const claims: { node: ChainNode; answer: T }[] = [];
    for (const node of this.inOrder()) {
      try {
        const answer = await this.#askProven(node, question);
        if (!isClaim(answer) || claims.some((claim) => isSame(claim.answer, answer))) {
          return answer;
        }
        claims.push({ node, answer });
      } catch (error) {
        errors.set(node, NoAnswerError.from(error));
      }
    }
    const [claim] = claims;
    const fault = errorOf(question.method, [...errors.values()]);
    if (!claim) throw fault;
    if (this.isAlone(claim.node, errors)) return claim.answer;
    const hosts = claims.map(({ node }) => node.endpoint.host).join(', ');
    throw claims.length > 1
      ? new ServiceError('NODES_DISAGREE', `${question.method}: ${hosts} say different things`)
      : new ServiceError(
          'UNCONFIRMED',
          `${question.method}: what ${hosts} says is confirmed by no other node`,
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
    // Broken ones are asked all the same when the others fail: no answer is worse than a slow one.
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
      this.#parts.log.warn(fields, 'a node stands still or lags: it is asked last');
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

  /** All are asked, since one alone may be of another chain. */
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

/** Each kind of failure of each host once in ten minutes. */
function createReporter(clock: Pick<Clock, 'now'>, log: EngineLog) {
  const reportedAtMs = new Map<string, number>();
  return (host: string, { kind, message }: NoAnswerError): void => {
    if (unreported.has(kind)) return;
    const key = `${host} ${kind}`;
    const lastMs = reportedAtMs.get(key);
    if (lastMs !== undefined && Math.abs(clock.now() - lastMs) < reportAgainMs) return;
    reportedAtMs.set(key, clock.now());
    const fields = { host, outcome: kind, failure: message };
    if (kind === 'foreign') log.error(fields, 'a node of another chain is left out');
    else log.warn(fields, 'a node does not answer what it is asked');
  };
}

/** What a call fails with when no endpoint has answered it. */
export function errorOf(method: string, errors: NoAnswerError[]): ServiceError {
  const last = errors.findLast(({ kind }) => kind !== 'foreign') ?? errors.at(-1);
  const code = last?.kind === 'rate-limited' ? 'RATE_LIMITED' : 'NODE_UNREACHABLE';
  return new ServiceError(code, `${method}: ${last?.message}`, { cause: last });
}

function nameOf({ chainId, genesisHash }: ChainIdentity): string {
  return `${chainId} with genesis ${genesisHash}`;
}
