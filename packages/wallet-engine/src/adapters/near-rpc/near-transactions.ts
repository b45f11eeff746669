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

/** What the chain is asked about transactions. */
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
      log.warn({ hash: asked.hash, what }, 'what a transaction cost cannot be read');
    });

  const txQuestion = (
    asked: AskedTransaction,
    waitUntil: 'FINAL' | 'NONE',
  ): RpcQuestion<TransactionAnswer> => ({
    method: 'tx',
    params: {
      tx_hash: asked.hash,
      sender_account_id: asked.signerId,
      wait_until: waitUntil,
    },
    timeoutMs: waitUntil === 'FINAL' ? waitTimeoutMs : lookUpTimeoutMs,
    read: read(asked),
  });

  const onContradiction =
    ({ hash }: AskedTransaction) =>
    (one: string, other: string) =>
      log.error(
        { hash, one, other },
        'two nodes show different ends of one transaction: neither is believed',
      );

  /**
   * Asks one endpoint after another until what they say is enough; a failure is enough of two only.
   * @throws ServiceError when none answers
   */
  const askInTurn = async (
    asked: AskedTransaction,
    questionOf: (isFirst: boolean) => RpcQuestion<TransactionAnswer>,
    isEnough: (answer: TransactionAnswer) => boolean,
  ): Promise<TransactionAnswer> => {
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
    return mostTelling(said, onContradiction(asked));
  };

  return {
    sendTransaction: ({ hash, signerId, signedBytes, everywhere = false }) => {
      const readAnswer = read({ hash, signerId });
      const question: RpcQuestion<TransactionAnswer> = {
        method: 'send_tx',
        params: { signed_tx_base64: signedBytes, wait_until: 'INCLUDED' },
        timeoutMs: waitTimeoutMs,
        // Of the bytes, here; of a question about a hash it would say nothing.
        read: (answer) =>
          isParseError(answer) ? { kind: 'rejected', reason: 'ParseError' } : readAnswer(answer),
      };
      // One that keeps the bytes to itself must not be the only one that has them.
      const isEnough = (answer: TransactionAnswer) =>
        answer.kind === 'final' || (answer.kind === 'included' && !everywhere);
      return neverThrowing(() => askInTurn({ hash, signerId }, () => question, isEnough));
    },

    readTransaction: (asked) =>
      neverThrowing(() =>
        askInTurn(
          asked,
          // The first has waited as long as a node does: what is final by now the others know at once.
          (isFirst) => txQuestion(asked, isFirst ? 'FINAL' : 'NONE'),
          ({ kind }) => kind === 'final',
        ),
      ),

    lookUpTransaction: (asked) =>
      askInTurn(
        asked,
        () => txQuestion(asked, 'NONE'),
        () => true,
      ),

    async readTransactionEverywhere(asked) {
      const words = await Promise.all(
        endpoints.nodes.map((node) =>
          wordOf({ endpoints, node, asked, finalBlocks, question: txQuestion(asked, 'NONE') }),
        ),
      );
      return weigh(words, onContradiction(asked));
    },
  };
}

/**
 * What one endpoint knows of a hash: what knows it counts whoever says so. That it is unknown counts
 * only of one whose final block is past the proof and whose history reaches back to the transaction.
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
    // First: one that turns out to be of another chain has no say at all.
    const { earliestHeight } = await endpoints.prove(node);
    // Before the hash: only then the denial speaks of that block.
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

/** An endpoint that does not answer may be the one that knows: it leaves the matter open. */
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
 * What follows from a failure may be a second payment: it counts of two endpoints, where there are
 * two of this chain. Different ends are none.
 * @returns null: nobody shows an end that counts
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

/** What an endpoint answered for a hash. */
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
 * Of several answers an end, else a block; else what has the asker look whether the transaction can
 * still live: a node that only says it is on its way may keep it to itself.
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
