import { ServiceError } from '../../core/errors.ts';
import type { EngineLog } from '../../core/log.ts';
import type { NearChain, TransactionAnswer } from '../../ports/near-chain.ts';
import type { FinalBlocks } from './final-blocks.ts';
import { type ChainNode, errorOf, type NearEndpoints } from './near-endpoints.ts';
import { type AskedTransaction, readTransactionReply } from './near-transaction-reply.ts';
import type { RpcQuestion } from './rpc-endpoint.ts';
import { NoAnswerError, type RpcAnswer } from './rpc-reply.ts';

/** The node itself waits 10 s for the wanted status. */
const waitTimeoutMs = 15_000;
const lookUpTimeoutMs = 5_000;
const pending: TransactionAnswer = { kind: 'pending' };

type TransactionQuestions = Pick<
  NearChain,
  'sendTransaction' | 'readTransaction' | 'lookUpTransaction' | 'readTransactionEverywhere'
>;

/** Sends transactions and queries them. */
export function createTransactionQuestions({
  endpoints,
  log,
  finalBlocks,
}: {
  endpoints: NearEndpoints;
  log: EngineLog;
  finalBlocks: FinalBlocks;
}): TransactionQuestions {
  let isUnreadableTold = false;
  const read = (asked: AskedTransaction) =>
    readTransactionReply(asked, (what) => {
      if (isUnreadableTold) return;
      isUnreadableTold = true;
      log.warn(
        { hash: asked.hash, what },
        'the gas cost of a transaction is missing in the answer of a node: the most it can cost is counted',
      );
    });

  const txQuestion = (asked: AskedTransaction, waitUntil: 'FINAL' | 'NONE') => ({
    method: 'tx',
    params: {
      tx_hash: asked.hash,
      sender_account_id: asked.signerId,
      wait_until: waitUntil,
    },
    timeoutMs: waitUntil === 'FINAL' ? waitTimeoutMs : lookUpTimeoutMs,
    read: read(asked),
  });
  const onContradiction: OnContradiction = ({ hash, one, other }) =>
    log.error(
      { hash, one, other },
      'two nodes report different final outcomes of one transaction: neither is used, the transaction stays open',
    );
  const askInTurn = (turns: Turns) => askNodesInTurn({ endpoints, onContradiction }, turns);

  return {
    sendTransaction: ({ hash, signerId, signedBytes, everywhere = false }) => {
      const readAnswer = read({ hash, signerId });
      const question: RpcQuestion<TransactionAnswer> = {
        method: 'send_tx',
        params: { signed_tx_base64: signedBytes, wait_until: 'INCLUDED' },
        timeoutMs: waitTimeoutMs,
        // About the bytes, here; for a query by hash it would mean nothing.
        read: (answer) =>
          isParseError(answer) ? { kind: 'rejected', reason: 'ParseError' } : readAnswer(answer),
      };
      // An endpoint that does not forward the bytes must not be the only one that has them.
      const isEnough = (answer: TransactionAnswer) =>
        answer.kind === 'final' || (answer.kind === 'included' && !everywhere);
      const asked = { hash, signerId };
      return neverThrowing(() => askInTurn({ asked, questionOf: () => question, isEnough }));
    },

    readTransaction: (asked) =>
      neverThrowing(() =>
        askInTurn({
          asked,
          // The first has already waited as long as a node does: the others know at once what is final by now.
          questionOf: (isFirst) => txQuestion(asked, isFirst ? 'FINAL' : 'NONE'),
          isEnough: ({ kind }) => kind === 'final',
        }),
      ),

    lookUpTransaction: (asked) =>
      askInTurn({ asked, questionOf: () => txQuestion(asked, 'NONE'), isEnough: () => true }),

    async readTransactionEverywhere(asked) {
      const words = await Promise.all(
        endpoints.nodes.map((node) =>
          wordOf({ endpoints, node, asked, finalBlocks, question: txQuestion(asked, 'NONE') }),
        ),
      );
      return weigh(words, (one, other) => onContradiction({ hash: asked.hash, one, other }));
    },
  };
}

type OnContradiction = (found: { hash: string; one: string; other: string }) => void;

interface Turns {
  asked: AskedTransaction;
  questionOf: (isFirst: boolean) => RpcQuestion<TransactionAnswer>;
  isEnough: (answer: TransactionAnswer) => boolean;
}

/**
 * Queries one endpoint after another until the answers suffice; a failure needs two.
 * @throws ServiceError when none answers
 */
async function askNodesInTurn(
  { endpoints, onContradiction }: { endpoints: NearEndpoints; onContradiction: OnContradiction },
  { asked: { hash }, questionOf, isEnough }: Turns,
): Promise<TransactionAnswer> {
  await endpoints.agreement();
  const errors = new Map<ChainNode, NoAnswerError>();
  const said: Said[] = [];
  for (const node of endpoints.inOrder()) {
    const question = questionOf(said.length === 0);
    try {
      const answer = await endpoints.askNode(node, question);
      said.push({ node, answer });
      if (isFailure(answer) ? said.filter(saysFailure).length > 1 : isEnough(answer)) break;
    } catch (error) {
      errors.set(node, NoAnswerError.from(error));
    }
  }
  const [first] = said;
  if (!first) throw errorOf(questionOf(true).method, [...errors.values()]);
  if (endpoints.isAlone(first.node, errors)) return first.answer;
  return mostTelling(said, (one, other) => onContradiction({ hash, one, other }));
}

/**
 * What one endpoint knows about a hash. A known transaction counts from any endpoint. "Unknown" counts only
 * from one whose final block is past the proof and whose history reaches back to the transaction.
 */
type Word =
  | { kind: 'known'; host: string; answer: TransactionAnswer }
  | { kind: 'denied' | 'not-qualified' | 'foreign' | 'silent' };

async function wordOf({
  endpoints,
  node,
  asked,
  question,
  finalBlocks,
}: {
  endpoints: NearEndpoints;
  node: ChainNode;
  asked: Parameters<NearChain['readTransactionEverywhere']>[0];
  question: RpcQuestion<TransactionAnswer>;
  finalBlocks: FinalBlocks;
}): Promise<Word> {
  try {
    // First: an endpoint of another chain does not count at all.
    const { earliestHeight } = await endpoints.prove(node);
    // Before the hash: only then does the denial cover that block.
    const final = await finalBlocks.readOf(node);
    const answer = await endpoints.askNode(node, question);
    if (answer.kind === 'final' || answer.kind === 'included') {
      return { kind: 'known', host: node.endpoint.host, answer };
    }
    if (answer.kind === 'pending') return { kind: 'silent' };
    const isQualified =
      final.height >= asked.minFinalHeight &&
      earliestHeight !== null &&
      earliestHeight <= asked.reachBackTo;
    return { kind: isQualified ? 'denied' : 'not-qualified' };
  } catch (error) {
    if (error instanceof NoAnswerError) {
      return { kind: error.kind === 'foreign' ? 'foreign' : 'silent' };
    }
    if (error instanceof ServiceError) return { kind: 'silent' };
    throw error;
  }
}

/** An endpoint that does not answer may be the one that knows the transaction: the question stays open. */
function weigh(
  words: Word[],
  onContradiction: (one: string, other: string) => void,
): TransactionAnswer {
  const known = words.filter((word) => word.kind === 'known');
  const isAlone = words.every((word) => word === known[0] || word.kind === 'foreign');
  const end = endOf(known, isAlone, onContradiction);
  if (end) return end;
  const included = known.find(({ answer }) => answer.kind === 'included');
  if (included) return included.answer;
  if (known.length > 0) return pending;
  const isOpen = words.some(({ kind }) => kind === 'silent');
  const isDenied = words.some(({ kind }) => kind === 'denied');
  return isDenied && !isOpen ? { kind: 'unknown' } : pending;
}

/**
 * A failure may lead to a second payment: it must come from two endpoints if this chain has two. Different
 * outcomes count as none.
 * @returns null when there is no outcome that counts
 */
function endOf(
  known: { host: string; answer: TransactionAnswer }[],
  isAlone: boolean,
  onContradiction: (one: string, other: string) => void,
): TransactionAnswer | null {
  const finals = known.flatMap(({ host, answer }) =>
    answer.kind === 'final' ? [{ host, answer }] : [],
  );
  const [first] = finals;
  if (!first) return null;
  const { succeeded } = first.answer.outcome;
  const other = finals.find(({ answer }) => answer.outcome.succeeded !== succeeded);
  if (other) {
    onContradiction(first.host, other.host);
    return pending;
  }
  return succeeded || isAlone || finals.length > 1 ? first.answer : null;
}

/** An endpoint's answer for a hash. */
interface Said {
  node: ChainNode;
  answer: TransactionAnswer;
}

function isFailure(answer: TransactionAnswer): boolean {
  return answer.kind === 'final' && !answer.outcome.succeeded;
}

function saysFailure({ answer }: Said): boolean {
  return isFailure(answer);
}

/**
 * Of several answers an outcome, else a block; else the one that makes the caller check whether the transaction
 * can still execute: a node that reports it as pending may not have forwarded it.
 */
function mostTelling(
  said: Said[],
  onContradiction: (one: string, other: string) => void,
): TransactionAnswer {
  const known = said.map(({ node, answer }) => ({ host: node.endpoint.host, answer }));
  const end = endOf(known, false, onContradiction);
  const of = (kind: TransactionAnswer['kind']) =>
    said.find(({ answer }) => answer.kind === kind)?.answer;
  return end ?? of('included') ?? of('rejected') ?? of('unknown') ?? pending;
}

function isParseError(answer: RpcAnswer): boolean {
  return 'error' in answer && answer.error.cause === 'PARSE_ERROR';
}

async function neverThrowing(ask: () => Promise<TransactionAnswer>): Promise<TransactionAnswer> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ServiceError) return pending;
    throw error;
  }
}
