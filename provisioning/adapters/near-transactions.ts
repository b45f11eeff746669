import { ServiceFault } from '../errors.ts';
import type { EngineLog } from '../log.ts';
import type { NearChain, TransactionAnswer } from '../near-chain.ts';
import type { FinalBlocks } from './final-blocks.ts';
import type { ChainNode, NearEndpoints } from './near-endpoints.ts';
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

  return {
    sendTransaction: ({ hash, signerId, signedBytes }) => {
      const readAnswer = read({ hash, signerId });
      return neverThrowing(() =>
        endpoints.ask({
          method: 'send_tx',
          params: { signed_tx_base64: signedBytes, wait_until: 'INCLUDED' },
          timeoutMs: waitTimeoutMs,
          // Of the bytes, here; of a question about a hash it would say nothing.
          read: (answer) =>
            isParseError(answer) ? { kind: 'rejected', reason: 'ParseError' } : readAnswer(answer),
        }),
      );
    },

    readTransaction: (asked) => neverThrowing(() => endpoints.ask(txQuestion(asked, 'FINAL'))),

    lookUpTransaction: (asked) => endpoints.ask(txQuestion(asked, 'NONE')),

    async readTransactionEverywhere(asked) {
      const words = await Promise.all(
        endpoints.nodes.map((node) =>
          wordOf({ endpoints, node, asked, finalBlocks, question: txQuestion(asked, 'NONE') }),
        ),
      );
      return weigh(words, (one, other) => {
        const fields = { hash: asked.hash, one, other };
        log.error(fields, 'two nodes show different ends of one transaction: neither is believed');
      });
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
    if (error instanceof ServiceFault) return { kind: 'silent' };
    throw error;
  }
}

/** An endpoint that does not answer may be the one that knows: it leaves the matter open. */
function weigh(
  words: Word[],
  onContradiction: (one: string, other: string) => void,
): TransactionAnswer {
  const known = words.filter((word) => word.kind === 'known');
  const finals = known.flatMap(({ host, answer }) =>
    answer.kind === 'final' ? [{ host, answer }] : [],
  );
  const [first] = finals;
  if (first) {
    const succeeded = first.answer.outcome.succeeded;
    const other = finals.find(({ answer }) => answer.outcome.succeeded !== succeeded);
    if (!other) return first.answer;
    onContradiction(first.host, other.host);
    return pending;
  }
  const [included] = known;
  if (included) return included.answer;
  const isOpen = words.some(({ kind }) => kind === 'silent');
  const isDenied = words.some(({ kind }) => kind === 'denied');
  return isDenied && !isOpen ? { kind: 'unknown' } : pending;
}

function isParseError(answer: RpcAnswer): boolean {
  return 'error' in answer && answer.error.cause === 'PARSE_ERROR';
}

async function neverThrowing(ask: () => Promise<TransactionAnswer>): Promise<TransactionAnswer> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ServiceFault) return pending;
    throw error;
  }
}
