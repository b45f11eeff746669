import { isDeepStrictEqual } from 'node:util';
import { type Clock, systemClock } from '../../core/clock.ts';
import { ServiceError } from '../../core/errors.ts';
import type { EngineLog } from '../../core/log.ts';
import type { AccessKeyView, NearChain, NodeView } from '../../ports/near-chain.ts';
import { usualRegistrationYocto } from '../../service/transaction-plan.ts';
import { createFinalBlocks, type FinalBlocks, finalBlockQuestion } from './final-blocks.ts';
import { httpRpcTransport } from './http-rpc-transport.ts';
import { type ChainNode, createNearEndpoints, type NearEndpoints } from './near-endpoints.ts';
import { type NodeStatus, type ReadAnswer, readStatus } from './near-reply.ts';
import { createTransactionQuestions } from './near-transactions.ts';
import {
  type AskedView,
  type KeyPage,
  readAccessKey,
  readAccount,
  readCall,
  readDecimals,
  readKeyPage,
  readLeastDeposit,
  readRegistration,
  readTokenBalance,
} from './near-view-reply.ts';
import type { RpcObserver, RpcQuestion } from './rpc-endpoint.ts';
import { NoAnswerError } from './rpc-reply.ts';
import type { RpcTransport } from './rpc-transport.ts';

const viewTimeoutMs = 5_000;
/** nearcore's largest page (`view_access_keys_limit`), and more pages than an account can have. */
const keysInPage = 100;
const mostKeyPages = 200;

/** The chain over NEAR's JSON-RPC. Nothing here signs. */
export function createJsonRpcNearChain({
  urls,
  archivalUrls = [],
  expectedChainId,
  log,
  transport = httpRpcTransport,
  clock = systemClock,
  onCall = () => undefined,
}: {
  /** In order of preference. */
  urls: string[];
  /** Archival nodes, queried only to prove that a transaction can never execute. */
  archivalUrls?: string[];
  /** The chain id that the nodes must report; null: a local chain of any name, the same at all nodes. */
  expectedChainId: string | null;
  log: EngineLog;
  transport?: RpcTransport;
  clock?: Pick<Clock, 'now'>;
  onCall?: RpcObserver;
}): NearChain {
  const parts = { urls, archivalUrls, expectedChainId, transport, clock, log, onCall };
  const endpoints = createNearEndpoints(parts);
  const finalBlocks = createFinalBlocks({ endpoints, clock });

  const callView = <T>(view: TokenView<T>) => callTokenView(endpoints, view);

  return {
    readNodes: () => Promise.all(endpoints.nodes.map(viewNode)),

    requireChain: (expected) => endpoints.requireChain(expected),

    readFinalBlock: () => finalBlocks.read(),

    readAgreedHeight: () => finalBlocks.readAgreedHeight(),

    ...createTransactionQuestions({ endpoints, log, finalBlocks }),

    viewAccount({
      accountId,
      atHeight,
      confirmAbsence,
      confirmBelowYocto,
      confirmAboveYocto,
      agreed,
    }) {
      const params = { request_type: 'view_account', account_id: accountId };
      const read = readAccount({ accountId, atHeight });
      const question = viewQuestion(params, atHeight, read);
      if (agreed) return askAgreed(endpoints, question, (view) => view !== null);
      const below = confirmAbsence ? confirmBelowYocto : undefined;
      const amounts = confirmedOutside({ below, above: confirmAboveYocto });
      return endpoints.askConfirmed(
        question,
        (view) => (view ? amounts.isDoubtful(view.spendableYocto) : confirmAbsence === true),
        (one, other) =>
          one && other ? amounts.isSame(one.spendableYocto, other.spendableYocto) : one === other,
      );
    },

    viewAccessKey({ accountId, publicKey, atHeight, confirmAbsence, confirmSpent, agreed }) {
      const params = {
        request_type: 'view_access_key',
        account_id: accountId,
        public_key: publicKey,
      };
      const read = readAccessKey({ accountId, publicKey, atHeight });
      const question = viewQuestion(params, atHeight, read);
      if (agreed) return askAgreed(endpoints, question, (view) => view?.fullAccess ?? null);
      return endpoints.askConfirmed(question, (view) => {
        if (!view?.fullAccess && confirmAbsence) return true;
        return confirmSpent !== undefined && view !== null && view.nonce >= confirmSpent;
      });
    },

    viewAccessKeys: (asked) => readAllKeys({ endpoints, finalBlocks }, asked),

    isRegistered({ tokenContract, accountId, atHeight, agreed }) {
      const args = { account_id: accountId };
      const view = { tokenContract, method: 'storage_balance_of', args, atHeight, agreed };
      return callView({ ...view, readValue: readRegistration });
    },

    viewTokenBalance({ tokenContract, accountId, atHeight, confirmBelow, confirmAbove, agreed }) {
      const args = { account_id: accountId };
      const view = { tokenContract, method: 'ft_balance_of', args, atHeight, agreed };
      const amounts = confirmedOutside({ below: confirmBelow, above: confirmAbove });
      return callView({ ...view, readValue: readTokenBalance, ...amounts });
    },

    viewRegistrationDeposit: ({ tokenContract, expected = usualRegistrationYocto }) =>
      callView({
        ...{ tokenContract, method: 'storage_balance_bounds', args: {} },
        readValue: readLeastDeposit,
        // Too much is lost for each wallet, and with too little every reward is refused.
        isDoubtful: (deposit) => deposit !== expected,
        isSame: (one, other) => one === other,
      }),

    viewTokenDecimals: ({ tokenContract, expected }) =>
      callView({
        ...{ tokenContract, method: 'ft_metadata', args: {}, readValue: readDecimals },
        isDoubtful: (decimals) => expected !== undefined && decimals !== expected,
        isSame: (one, other) => one === other,
      }),
  };
}

function viewQuestion<T>(
  params: Record<string, unknown>,
  atHeight: number | undefined,
  read: ReadAnswer<T>,
): RpcQuestion<T> {
  const block = atHeight === undefined ? { finality: 'final' } : { block_id: atHeight };
  return { method: 'query', params: { ...params, ...block }, timeoutMs: viewTimeoutMs, read };
}

/** Any answer needs a second equal one. */
function askAgreed<T>(
  endpoints: NearEndpoints,
  question: RpcQuestion<T>,
  facts: (answer: T) => unknown,
): Promise<T> {
  const isSame = (one: T, other: T) => isDeepStrictEqual(facts(one), facts(other));
  return endpoints.askConfirmed(question, () => true, isSame);
}

interface TokenView<T> {
  tokenContract: string;
  method: string;
  args: object;
  atHeight?: number | undefined;
  agreed?: boolean | undefined;
  readValue: (value: unknown) => T;
  /** Values that a second endpoint must confirm; by default none. */
  isDoubtful?: (value: T) => boolean;
  /** Whether two values confirm each other; by default any two do. */
  isSame?: (one: T, other: T) => boolean;
}

/**
 * A missing contract stops all work: a single node may be broken.
 * @throws ServiceError `TOKEN_CONTRACT_MISSING` when no such contract answers
 */
async function callTokenView<T>(
  endpoints: NearEndpoints,
  {
    tokenContract: accountId,
    method,
    args,
    atHeight,
    agreed,
    readValue,
    isDoubtful = () => false,
    isSame = () => true,
  }: TokenView<T>,
): Promise<T> {
  const params = {
    request_type: 'call_function',
    account_id: accountId,
    method_name: method,
    args_base64: Buffer.from(JSON.stringify(args)).toString('base64'),
  };
  const question = viewQuestion(params, atHeight, readCall({ accountId, atHeight }, readValue));
  const answer = await (agreed
    ? askAgreed(endpoints, question, (given) => ('value' in given ? given.value : 'missing'))
    : endpoints.askConfirmed(
        question,
        (given) => ('value' in given ? isDoubtful(given.value) : true),
        (one, other) =>
          'value' in one && 'value' in other
            ? isSame(one.value, other.value)
            : 'value' in one === 'value' in other,
      ));
  if ('value' in answer) return answer.value;
  const message = `${accountId} does not answer ${method} as a NEP-141 token: ${answer.missing}`;
  throw new ServiceError('TOKEN_CONTRACT_MISSING', message);
}

/**
 * All pages at one block, otherwise a key between two of them could be missed; and all from one node: an older
 * one returns all keys at once.
 */
async function readAllKeys(
  { endpoints, finalBlocks }: { endpoints: NearEndpoints; finalBlocks: FinalBlocks },
  { accountId, agreed = false }: { accountId: string; agreed?: boolean },
): Promise<AccessKeyView[]> {
  const { height: atHeight } = await finalBlocks.read();
  const read = (node: ChainNode) => readKeyPages(endpoints, node, { accountId, atHeight });
  return agreed
    ? endpoints.agreeInTurn('query', read, isDeepStrictEqual)
    : endpoints.askInTurn('query', read);
}

async function readKeyPages(
  endpoints: NearEndpoints,
  node: ChainNode,
  asked: AskedView,
): Promise<AccessKeyView[]> {
  const { accountId, atHeight } = asked;
  const keys = new Map<string, AccessKeyView>();
  let afterKey: string | null = null;
  for (let page = 1; ; page += 1) {
    const params: Record<string, unknown> = {
      request_type: 'view_access_key_list',
      account_id: accountId,
      limit: keysInPage,
      ...(afterKey !== null && { after_key: afterKey }),
    };
    const known = new Set(keys.keys());
    const isLast = page === mostKeyPages;
    const read = readKeyPage(asked, { limit: keysInPage, afterKey, known, isLast });
    const answer: KeyPage | null = await endpoints.askNode(
      node,
      viewQuestion(params, atHeight, read),
    );
    for (const key of answer?.keys ?? []) keys.set(key.publicKey, key);
    afterKey = answer?.lastKey ?? null;
    if (afterKey === null) return [...keys.values()];
  }
}

const statusQuestion: RpcQuestion<NodeStatus> = {
  method: 'status',
  params: [],
  timeoutMs: viewTimeoutMs,
  read: readStatus,
};

/** Includes nodes of another chain, so that the caller sees which they are. */
async function viewNode({ endpoint, isArchival }: ChainNode): Promise<NodeView> {
  const about = { url: endpoint.url, isArchival };
  try {
    const status = await endpoint.ask(statusQuestion);
    const final = await endpoint.ask(finalBlockQuestion);
    return {
      ...about,
      isAnswering: true,
      chainId: status.chainId,
      genesisHash: status.genesisHash,
      finalHeight: final.height,
      finalBlockAtMs: final.timestampMs,
      earliestHeight: status.earliestHeight ?? Number.POSITIVE_INFINITY,
    };
  } catch (error) {
    if (!(error instanceof NoAnswerError)) throw error;
    return {
      ...about,
      isAnswering: false,
      failure: error.message,
      failureKind: error.kind,
      finalHeight: 0,
      finalBlockAtMs: 0,
    };
  }
}

/** An amount outside of these needs a second endpoint: as short, or else the same. */
function confirmedOutside({ below = 0n, above }: { below?: bigint; above?: bigint }) {
  const isShort = (amount: bigint) => amount < below;
  return {
    isDoubtful: (amount: bigint) => isShort(amount) || (above !== undefined && amount > above),
    isSame: (one: bigint, other: bigint) => one === other || (isShort(one) && isShort(other)),
  };
}
