import type { Clock } from '../../core/clock.ts';
import { ServiceFault } from '../../core/errors.ts';
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
   * @throws ServiceFault `WRONG_CHAIN` when all are of another chain, or of several
   */
  requireChain(expected: { genesisHash: string | null }): Promise<ChainIdentity>;
  /** Until it is known which chain counts. @throws ServiceFault as `requireChain` */
  agreement(): Promise<void>;
  /**
   * Asks one endpoint after another until one answers; archival ones are not asked.
   * @throws ServiceFault `NODE_UNREACHABLE` or `RATE_LIMITED` when none does
   */
  ask<T>(question: RpcQuestion<T>): Promise<T>;
  /**
   * As `ask`, but a claim counts only when a second endpoint makes it too, where there is one of this
   * chain.
   * @param isSame whether two claims are one; any two are unless given
   * @throws ServiceFault also `UNCONFIRMED` when one endpoint claims it and no other answers,
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
/** What is told once is told again after so long. */
const tellAgainMs = 600_000;
/** Daily life of a network; their rate is in the metrics. */
const untold: ReadonlySet<NoAnswerKind> = new Set([
  'unreachable',
  'timeout',
  'http-error',
  'rate-limited',
  'stale',
]);

export function createNearEndpoints({
  urls,
  archivalUrls,
  expectedChainId,
  clock,
  log,
  ...endpointParts
}: NearEndpointsParts): NearEndpoints {
  const nodeOf = (url: string, isArchival: boolean): ChainNode => ({
    endpoint: new RpcEndpoint({ url, clock, ...endpointParts }),
    isArchival,
    isBehind: false,
    proof: null,
  });
  const nodes = [
    ...urls.map((url) => nodeOf(url, false)),
    ...archivalUrls.map((url) => nodeOf(url, true)),
  ];
  const preferred = nodes.filter(({ isArchival }) => !isArchival);
  const tell = createTeller(clock, log);
  let genesisHash: string | null = null;
  let agreeing: Promise<ChainIdentity> | null = null;
  const proving = new Map<ChainNode, Promise<NodeStatus>>();

  const requireRight = (status: NodeStatus): NodeStatus => {
    const isRight =
      isExpectedChainId(status.chainId, expectedChainId) &&
      (genesisHash === null || status.genesisHash === genesisHash);
    if (isRight) return status;
    const expected = [expectedChainId ?? 'a local chain', genesisHash && `genesis ${genesisHash}`];
    throw new NoAnswerError(
      'foreign',
      `serves ${nameOf(status)}; expected is ${expected.filter(Boolean).join(', ')}`,
    );
  };

  const askEndpoint = async <T>(node: ChainNode, question: RpcQuestion<T>): Promise<T> => {
    try {
      return await node.endpoint.ask(question);
    } catch (thrown) {
      const error = NoAnswerError.from(thrown);
      if (error.kind !== 'stale') node.proof = null;
      tell(node.endpoint.host, error);
      throw error;
    }
  };

  const proveNow = async (node: ChainNode): Promise<NodeStatus> => {
    const status = await askEndpoint(node, {
      method: 'status',
      params: [],
      timeoutMs: statusTimeoutMs,
      read: (answer) => requireRight(readStatus(answer)),
    });
    node.proof = { status, atMs: clock.now() };
    return status;
  };

  const prove = (node: ChainNode): Promise<NodeStatus> => {
    const running = proving.get(node) ?? proveNow(node).finally(() => proving.delete(node));
    proving.set(node, running);
    return running;
  };

  const askNode = async <T>(node: ChainNode, question: RpcQuestion<T>): Promise<T> => {
    const ageMs = node.proof ? clock.now() - node.proof.atMs : Number.POSITIVE_INFINITY;
    if (!(ageMs >= 0 && ageMs < proofLifetimeMs)) await prove(node);
    return askEndpoint(node, question);
  };

  /** All are asked, since one alone may be of another chain. */
  const agree = async (): Promise<ChainIdentity> => {
    const answers = await Promise.allSettled(nodes.map(prove));
    const said = answers.flatMap((answer, index) =>
      answer.status === 'fulfilled' ? [{ host: hostAt(index), ...answer.value }] : [],
    );
    const [first] = said;
    if (!first) {
      const errors = answers.flatMap((answer) =>
        answer.status === 'rejected' ? [NoAnswerError.from(answer.reason)] : [],
      );
      throw meetingFault(errors);
    }
    const other = said.find((status) => status.genesisHash !== first.genesisHash);
    if (other) {
      for (const node of nodes) node.proof = null;
      const message = `${first.host} serves ${nameOf(first)}, ${other.host} serves ${nameOf(other)}`;
      throw new ServiceFault('WRONG_CHAIN', `${message}: none is believed`);
    }
    genesisHash = first.genesisHash;
    return { chainId: first.chainId, genesisHash: first.genesisHash };
  };

  const meetingFault = (errors: NoAnswerError[]): ServiceFault => {
    const foreign = errors.findIndex(({ kind }) => kind === 'foreign');
    const error = errors[foreign];
    if (error && errors.every(({ kind }) => kind === 'foreign')) {
      return new ServiceFault('WRONG_CHAIN', `${hostAt(foreign)} ${error.message}`, {
        cause: error,
      });
    }
    return faultOf('status', errors);
  };

  const hostAt = (index: number) => nodes[index]?.endpoint.host ?? 'unknown';

  const requireAgreement = async (): Promise<void> => {
    if (genesisHash !== null) return;
    agreeing ??= agree().finally(() => {
      agreeing = null;
    });
    await agreeing;
  };

  const inOrder = (): ChainNode[] => {
    const rank = ({ endpoint, isBehind }: ChainNode) => (endpoint.isBroken ? 2 : isBehind ? 1 : 0);
    // Broken ones are asked all the same when the others fail: no answer is worse than a slow one.
    return [...preferred].sort((one, other) => rank(one) - rank(other));
  };

  const isAlone = (node: ChainNode, errors: ReadonlyMap<ChainNode, NoAnswerError>) =>
    preferred.every((other) => other === node || errors.get(other)?.kind === 'foreign');

  return {
    nodes,
    agreement: requireAgreement,
    inOrder,

    async askNode(node, question) {
      await requireAgreement();
      return askNode(node, question);
    },

    disbelieve(node, method, error) {
      node.proof = null;
      node.endpoint.disbelieve(method, error.kind);
      tell(node.endpoint.host, error);
    },

    setBehind(node, isBehind) {
      if (isBehind && !node.isBehind) {
        const { host } = node.endpoint;
        log.warn({ host, outcome: 'stale' }, 'a node stands still or lags: it is asked last');
      }
      node.isBehind = isBehind;
    },

    async prove(node) {
      await requireAgreement();
      return prove(node);
    },

    async requireChain(expected) {
      if (expected.genesisHash !== genesisHash || genesisHash === null) {
        genesisHash = expected.genesisHash;
        for (const node of nodes) node.proof = null;
      }
      return agree();
    },

    async ask(question) {
      await requireAgreement();
      const errors: NoAnswerError[] = [];
      for (const node of inOrder()) {
        try {
          return await askNode(node, question);
        } catch (error) {
          errors.push(NoAnswerError.from(error));
        }
      }
      throw faultOf(question.method, errors);
    },

    isAlone,

    async askConfirmed<T>(
      question: RpcQuestion<T>,
      isClaim: (answer: T) => boolean,
      isSame: (one: T, other: T) => boolean = () => true,
    ) {
      await requireAgreement();
      const errors = new Map<ChainNode, NoAnswerError>();
      const claims: { node: ChainNode; answer: T }[] = [];
      for (const node of inOrder()) {
        try {
          const answer = await askNode(node, question);
          if (!isClaim(answer) || claims.some((claim) => isSame(claim.answer, answer))) {
            return answer;
          }
          claims.push({ node, answer });
        } catch (error) {
          errors.set(node, NoAnswerError.from(error));
        }
      }
      const [claim] = claims;
      const fault = faultOf(question.method, [...errors.values()]);
      if (!claim) throw fault;
      if (isAlone(claim.node, errors)) return claim.answer;
      const hosts = claims.map(({ node }) => node.endpoint.host).join(', ');
      throw claims.length > 1
        ? new ServiceFault('NODES_DISAGREE', `${question.method}: ${hosts} say different things`)
        : new ServiceFault(
            'UNCONFIRMED',
            `${question.method}: what ${hosts} says is confirmed by no other node`,
            { cause: fault },
          );
    },
  };
}

/** Each kind of failure of each host once in ten minutes. */
function createTeller(clock: Pick<Clock, 'now'>, log: EngineLog) {
  const toldAtMs = new Map<string, number>();
  return (host: string, { kind, message }: NoAnswerError): void => {
    if (untold.has(kind)) return;
    const key = `${host} ${kind}`;
    const lastMs = toldAtMs.get(key);
    if (lastMs !== undefined && Math.abs(clock.now() - lastMs) < tellAgainMs) return;
    toldAtMs.set(key, clock.now());
    const fields = { host, outcome: kind, failure: message };
    if (kind === 'foreign') log.error(fields, 'a node of another chain is left out');
    else log.warn(fields, 'a node does not answer what it is asked');
  };
}

/** What a call fails with when no endpoint has answered it. */
export function faultOf(method: string, errors: NoAnswerError[]): ServiceFault {
  const last = errors.findLast(({ kind }) => kind !== 'foreign') ?? errors.at(-1);
  const code = last?.kind === 'rate-limited' ? 'RATE_LIMITED' : 'NODE_UNREACHABLE';
  return new ServiceFault(code, `${method}: ${last?.message}`, { cause: last });
}

function nameOf({ chainId, genesisHash }: ChainIdentity): string {
  return `${chainId} with genesis ${genesisHash}`;
}
