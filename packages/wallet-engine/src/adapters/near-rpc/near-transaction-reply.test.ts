import { describe, expect, it } from 'vitest';
import { fakeHash } from '../../testing/suites/fake-nodes.ts';
import { readTransactionReply } from './near-transaction-reply.ts';
import { NoAnswerError, type RpcAnswer } from './rpc-reply.ts';

const asked = { hash: fakeHash('T'), signerId: 'service.near' };
const other = fakeHash('U');

const outcomeOf = (gas: unknown, tokens: unknown, id = 'receipt') => ({
  id,
  outcome: { gas_burnt: gas, tokens_burnt: tokens },
});

function final(change: object = {}) {
  return {
    final_execution_status: 'FINAL',
    status: { SuccessValue: '' },
    transaction: { hash: asked.hash, signer_id: asked.signerId },
    transaction_outcome: outcomeOf(100, '1000', asked.hash),
    receipts_outcome: [outcomeOf(50, '500')],
    ...change,
  };
}

const read = (result: object) => readTransactionReply(asked)({ result });
const error = (cause: string, more: { info?: Record<string, unknown>; data?: unknown } = {}) =>
  readTransactionReply(asked)({ error: { cause, info: {}, data: null, ...more } });

/** Of which kind the refusal to believe it is. */
function kindOf(work: () => unknown): string {
  try {
    return `believed: ${JSON.stringify(work(), (_key, value) => (typeof value === 'bigint' ? `${value}` : value))}`;
  } catch (thrown) {
    if (thrown instanceof NoAnswerError) return thrown.kind;
    throw thrown;
  }
}

describe('an outcome', () => {
  it('is a SuccessValue or an ActionError of this transaction, at FINAL', () => {
    expect(read(final())).toMatchObject({ kind: 'final', outcome: { succeeded: true } });
    const kind = { AccountAlreadyExists: { account_id: 'a' } };
    const failed = final({ status: { Failure: { ActionError: { index: 0, kind } } } });
    expect(read(failed)).toMatchObject({
      kind: 'final',
      outcome: { succeeded: false, failure: JSON.stringify({ index: 0, kind }) },
    });
  });

  it('keeps the beginning of a long text in a failure, and is none if the failure has thousands of fields', () => {
    const failed = (kind: object) => final({ status: { Failure: { ActionError: { kind } } } });
    const panic = { FunctionCallError: { ExecutionError: 'x'.repeat(100_000) } };
    expect(kindOf(() => read(failed(panic)))).toMatch(/^believed: .{0,2500}$/);
    const many = { FunctionCallError: Array.from({ length: 10_000 }, () => 'x') };
    expect(kindOf(() => read(failed(many)))).toBe('malformed');
  });

  it.each([
    ['of another hash', { transaction: { hash: other, signer_id: asked.signerId } }],
    ['of another signer', { transaction: { hash: asked.hash, signer_id: 'eve.near' } }],
    ['with another outcome id', { transaction_outcome: outcomeOf(1, '1', other) }],
    [
      'of another that failed',
      {
        transaction: { hash: other, signer_id: asked.signerId },
        status: { Failure: { ActionError: { index: 0, kind: 'Any' } } },
      },
    ],
    [
      'of another that is invalid',
      {
        transaction: { hash: other, signer_id: asked.signerId },
        status: { Failure: { InvalidTxError: 'Expired' } },
      },
    ],
  ])('%s is not an answer', (_name, change) => {
    expect(kindOf(() => read(final(change)))).toBe('mismatched');
    const included = { ...final(change), final_execution_status: 'INCLUDED' };
    expect(kindOf(() => read(included))).toBe('mismatched');
  });

  it.each([
    ['Started', { status: 'Started' }],
    ['NotStarted', { status: 'NotStarted' }],
    ['a receipt to come', { status: { SuccessReceiptId: 'x' } }],
    ['no status', { status: undefined }],
    ['null', { status: null }],
    ['a value that is no text', { status: { SuccessValue: 1 } }],
    ['success and failure', { status: { SuccessValue: '', Failure: { ActionError: {} } } }],
    ['a failure of tomorrow', { status: { Failure: { NewError: {} } } }],
    ['a failure without a kind', { status: { Failure: { ActionError: {} } } }],
    ['a failure that is a text', { status: { Failure: 'ActionError' } }],
    ['no transaction', { transaction: undefined }],
    ['a transaction that is null', { transaction: null }],
    ['a level of tomorrow', { final_execution_status: 'VERY_FINAL' }],
    ['no level', { final_execution_status: undefined }],
    ['a level of an object', { final_execution_status: 'constructor' }],
  ])('with %s is none', (_name, change) => {
    expect(kindOf(() => read(final(change)))).toBe('malformed');
  });

  it('of an invalid transaction is not final: its bytes can still execute', () => {
    const status = { Failure: { InvalidTxError: { InvalidNonce: { tx_nonce: 1, ak_nonce: 2 } } } };
    expect(read(final({ status }))).toEqual({ kind: 'rejected', reason: 'InvalidNonce' });
  });

  it('keeps a failure short: it is stored', () => {
    const ExecutionError = 'x'.repeat(1_000_000);
    const kind = { FunctionCallError: { ExecutionError } };
    const answer = read(final({ status: { Failure: { ActionError: { index: 3, kind } } } }));
    if (answer.kind !== 'final') throw new Error('not final');
    expect(answer.outcome.failure?.length).toBeLessThan(3_000);
    expect(JSON.parse(String(answer.outcome.failure))).toMatchObject({ index: 3 });
  });
});

describe('before FINAL', () => {
  it.each(['INCLUDED', 'EXECUTED_OPTIMISTIC', 'INCLUDED_FINAL', 'EXECUTED'])(
    'a transaction is included at %s, whatever its status',
    (level) => {
      expect(read({ final_execution_status: level })).toEqual({ kind: 'included' });
      const whole = final({ final_execution_status: level });
      expect(read(whole)).toEqual({ kind: 'included' });
      const failing = { ...whole, status: { Failure: { ActionError: { kind: 'Any' } } } };
      expect(read(failing)).toEqual({ kind: 'included' });
    },
  );

  it('it is pending at NONE', () => {
    expect(read({ final_execution_status: 'NONE' })).toEqual({ kind: 'pending' });
    expect(read(final({ final_execution_status: 'NONE' }))).toEqual({ kind: 'pending' });
  });
});

describe('an error', () => {
  it('rejects this transaction and no other', () => {
    const info = { requested_transaction_hash: asked.hash };
    expect(error('UNKNOWN_TRANSACTION', { info })).toEqual({ kind: 'unknown' });
    expect(error('UNKNOWN_TRANSACTION')).toEqual({ kind: 'unknown' });
    const crossed = { requested_transaction_hash: other };
    expect(kindOf(() => error('UNKNOWN_TRANSACTION', { info: crossed }))).toBe('mismatched');
  });

  it.each([
    [null],
    ['Transaction is invalid'],
    [{}],
    [{ TxExecutionError: 'InvalidTxError' }],
    [{ TxExecutionError: { InvalidTxError: {} } }],
    [{ TxExecutionError: { InvalidTxError: null } }],
    [{ TxExecutionError: { InvalidTxError: { Expired: 1, InvalidNonce: 2 } } }],
    [{ TxExecutionError: { InvalidTxError: '<script>' } }],
  ])('rejects the transaction only with a reason: %j is none', (data) => {
    expect(kindOf(() => error('INVALID_TRANSACTION', { data }))).toBe('malformed');
  });
});

describe('what it cost', () => {
  const costOf = (change: object) => {
    const told: string[] = [];
    const answer = readTransactionReply(asked, (what) => told.push(what))({
      result: final(change),
    } as RpcAnswer);
    if (answer.kind !== 'final') throw new Error('not final');
    const { gasBurnt, burntYocto } = answer.outcome;
    return { gasBurnt, burntYocto, told };
  };

  it("is all gas at the transaction's price: tokens_burnt leaves out a contract's reward", () => {
    expect(costOf({ receipts_outcome: [outcomeOf(50, '350')] })).toMatchObject({
      gasBurnt: 150n,
      burntYocto: 1_500n,
    });
  });

  it('includes charges to other receivers, and nothing for a refund', () => {
    const receipts_outcome = [outcomeOf(50, '9000'), outcomeOf(70, '0')];
    expect(costOf({ receipts_outcome })).toMatchObject({ gasBurnt: 220n, burntYocto: 10_000n });
  });

  it.each([
    [{ receipts_outcome: undefined }],
    [{ receipts_outcome: 'none' }],
    [{ receipts_outcome: [] }],
    [{ receipts_outcome: [{}] }],
    [{ receipts_outcome: [null] }],
    [{ receipts_outcome: [outcomeOf('x', '1')] }],
    [{ receipts_outcome: [outcomeOf(-1, '1')] }],
    [{ receipts_outcome: [outcomeOf(1.5, '1')] }],
    [{ receipts_outcome: [outcomeOf(1, '9'.repeat(40))] }],
    [{ receipts_outcome: [outcomeOf(1, { toString: null })] }],
    // As a counter would never come down again from it.
    [{ receipts_outcome: [outcomeOf(1, `${10n ** 26n}`)] }],
    [{ receipts_outcome: [outcomeOf('10000000000000000', '1')] }],
    [{ transaction_outcome: undefined }],
    [{ transaction_outcome: { id: asked.hash, outcome: null } }],
  ])('does not invalidate an outcome: %j is logged as unreadable', (change) => {
    expect(costOf(change)).toEqual({
      gasBurnt: null,
      burntYocto: null,
      told: [expect.any(String)],
    });
  });

  it('is known of a transaction that burnt nothing itself', () => {
    const transaction_outcome = outcomeOf(0, '0', asked.hash);
    expect(costOf({ transaction_outcome })).toEqual({ gasBurnt: 50n, burntYocto: 500n, told: [] });
  });
});
