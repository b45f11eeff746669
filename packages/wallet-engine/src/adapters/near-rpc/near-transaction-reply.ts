import type { FinalOutcome, TransactionAnswer } from '../../ports/near-chain.ts';
import {
  errorOfNode,
  malformed,
  type ReadAnswer,
  requireSame,
  requireSameIfSaid,
} from './near-reply.ts';
import { isRecord, type RpcError } from './rpc-reply.ts';

export interface AskedTransaction {
  hash: string;
  signerId: string;
}

/** In the order in which a transaction reaches these (nearcore, `TxExecutionStatus`). */
const levels: readonly unknown[] = [
  'NONE',
  'INCLUDED',
  'EXECUTED_OPTIMISTIC',
  'INCLUDED_FINAL',
  'EXECUTED',
  'FINAL',
];

/** Longer texts in a failure, such as a contract's panic, are cut: they are stored and logged. */
const longestFailureText = 2_000;

/**
 * Judges the answer to `tx` or `send_tx`. An outcome counts only at FINAL, of this transaction, with
 * a `SuccessValue` or an `ActionError`; everything else is not an outcome, or not an answer.
 * @param onUnreadable called when a value used only for statistics could not be read
 */
export function readTransactionReply(
  asked: AskedTransaction,
  onUnreadable: (what: string) => void = () => undefined,
): ReadAnswer<TransactionAnswer> {
  return (answer) => {
    if ('error' in answer) return readErrorAnswer(answer.error, asked);
    const { result } = answer;
    if (!isRecord(result)) throw malformed('the result is no object');
    const level = levels.indexOf(result.final_execution_status);
    if (level < 0) throw malformed('an unknown final_execution_status');
    const isIdentified = requireIdentity(result, asked);
    // Known, and in no block yet.
    if (level === 0) return { kind: 'pending' };
    const failure = isRecord(result.status) ? result.status.Failure : undefined;
    if (isRecord(failure) && Object.hasOwn(failure, 'InvalidTxError')) {
      // Since protocol version 83 an invalid transaction has an outcome too, with its nonce unspent.
      return { kind: 'rejected', reason: requireInvalidReason(failure) };
    }
    if (levels[level] !== 'FINAL') return { kind: 'included' };
    if (!isIdentified) throw malformed('an outcome that does not say of which transaction');
    return { kind: 'final', outcome: readOutcome(result, onUnreadable) };
  };
}

/** @returns whether it names its transaction; before FINAL nodes may omit that */
function requireIdentity(result: Record<string, unknown>, { hash, signerId }: AskedTransaction) {
  const { transaction, transaction_outcome: outcome } = result;
  if (isRecord(outcome)) requireSameIfSaid(outcome.id, hash, 'the outcome of a transaction');
  if (!isRecord(transaction)) return false;
  requireSame(transaction.hash, hash, 'the transaction');
  requireSame(transaction.signer_id, signerId, 'the signer of the transaction');
  return true;
}

function readErrorAnswer(error: RpcError, { hash }: AskedTransaction): TransactionAnswer {
  const { cause, info, data } = error;
  switch (cause) {
    case 'UNKNOWN_TRANSACTION':
      requireSameIfSaid(info.requested_transaction_hash, hash, 'the unknown transaction');
      return { kind: 'unknown' };
    case 'INVALID_TRANSACTION':
      return {
        kind: 'rejected',
        reason: requireInvalidReason(isRecord(data) ? data.TxExecutionError : undefined),
      };
    case 'TIMEOUT_ERROR':
      return { kind: 'pending' };
    default:
      throw errorOfNode(error);
  }
}

/** `{InvalidTxError: {InvalidNonce: …}}` and `{InvalidTxError: "Expired"}` alike. */
function requireInvalidReason(execution: unknown): string {
  const invalid = isRecord(execution) ? execution.InvalidTxError : undefined;
  const [reason, ...more] = isRecord(invalid) ? Object.keys(invalid) : [invalid];
  if (typeof reason === 'string' && /^\w{1,64}$/.test(reason) && more.length === 0) return reason;
  throw malformed('a refusal without its InvalidTxError');
}

/**
 * `SuccessReceiptId` names a receipt that has not run yet: it cannot be final. Neither are `Started` and
 * `NotStarted`.
 */
function readOutcome(
  result: Record<string, unknown>,
  onUnreadable: (what: string) => void,
): FinalOutcome {
  const { status } = result;
  if (!isRecord(status) || Object.keys(status).length !== 1) {
    throw malformed('FINAL without an outcome');
  }
  const cost = { ...readCost(result, onUnreadable) };
  if (typeof status.SuccessValue === 'string') return { succeeded: true, failure: null, ...cost };
  const failure = isRecord(status.Failure) ? status.Failure.ActionError : undefined;
  if (!isRecord(failure) || !(isRecord(failure.kind) || typeof failure.kind === 'string')) {
    throw malformed('FINAL with neither SuccessValue nor ActionError');
  }
  return { succeeded: false, failure: failureText(failure), ...cost };
}

/** nearcore's failures have a few fields: a list of thousands would fill database and log. */
const longestFailure = 16 * 1024;

function failureText(failure: Record<string, unknown>): string {
  const text = JSON.stringify(failure, (_key, value: unknown) =>
    typeof value === 'string' ? value.slice(0, longestFailureText) : value,
  );
  if (text.length > longestFailure) throw malformed(`a failure of ${text.length} characters`);
  return text;
}

/** Ten times the gas that may be attached to a transaction, and 100 NEAR. */
const mostGas = 10n ** 16n;
const mostYocto = 10n ** 26n;

/**
 * What the signer loses. An outcome's `tokens_burnt` leaves out the contract's reward, 30 % of a
 * call's gas, which the signer pays all the same: so each outcome costs its gas at the price of the
 * transaction's own, which has no reward, or its `tokens_burnt` where that is more (the charge for a
 * new account). Refunds burn gas and cost nothing: `tokens_burnt` is 0 there.
 */
function readCost(result: Record<string, unknown>, onUnreadable: (what: string) => void) {
  try {
    const { receipts_outcome: receipts } = result;
    // Each transaction becomes a receipt: without one the sum would be too low, and look like any other.
    if (!Array.isArray(receipts) || receipts.length === 0) throw malformed('no receipts_outcome');
    const [own, ...others] = [result.transaction_outcome, ...receipts].map(gasAndTokens);
    const priceYocto = own && own.gas > 0n ? own.tokens / own.gas : 0n;
    let gasBurnt = own?.gas ?? 0n;
    let burntYocto = own?.tokens ?? 0n;
    for (const { gas, tokens } of others) {
      gasBurnt += gas;
      if (tokens > 0n) burntYocto += gas * priceYocto > tokens ? gas * priceYocto : tokens;
    }
    if (gasBurnt > mostGas || burntYocto > mostYocto)
      throw malformed('a cost nobody can have paid');
    return { gasBurnt, burntYocto };
  } catch (error) {
    // Statistics must not stand in the way of an outcome.
    onUnreadable(error instanceof Error ? error.message : 'the cost of a transaction');
    return { gasBurnt: null, burntYocto: null };
  }
}

function gasAndTokens(item: unknown): { gas: bigint; tokens: bigint } {
  const outcome = isRecord(item) ? item.outcome : undefined;
  if (!isRecord(outcome)) throw malformed('an outcome without gas and tokens');
  return {
    gas: digits(outcome.gas_burnt, 'gas_burnt'),
    tokens: digits(outcome.tokens_burnt, 'tokens_burnt'),
  };
}

/** Gas is a number, above 2^53 an inexact one; tokens are a string. */
function digits(value: unknown, what: string): bigint {
  const text = typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
  if (/^\d{1,39}$/.test(String(text))) return BigInt(String(text));
  throw malformed(`${what} cannot be read`);
}
