import { type Action, actions } from 'near-api-js';
import { beforeEach, describe, expect, test } from 'vitest';
import { ROOT_ACCOUNT, SERVICE_ACCOUNT } from '../rules/genesis.ts';
import { WAIT_LEVELS } from '../state/transaction-record.ts';
import { type JsonRpcBody, TestNode } from '../testing/test-node.ts';

// The devnet is as unhelpful as nearcore here.
let node: TestNode;
beforeEach(() => {
  node = new TestNode();
});

const transfer = (nonce?: bigint) =>
  node.sign({
    signerId: SERVICE_ACCOUNT,
    receiverId: ROOT_ACCOUNT,
    actions: [actions.transfer(1n)],
    ...(nonce === undefined ? {} : { nonce }),
  });

const ask = (hash: string, wait_until?: string, method = 'tx') =>
  node.call(method, { tx_hash: hash, sender_account_id: SERVICE_ACCOUNT, wait_until });

/** The answer of a call so far, or null. */
async function soFar(call: Promise<JsonRpcBody>): Promise<JsonRpcBody | null> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  return Promise.race([call, Promise.resolve(null)]);
}

describe('a hash that is in no block', () => {
  test.each(['tx', 'tx_status', 'EXPERIMENTAL_tx_status'])(
    '%s answers UNKNOWN_TRANSACTION at once, at NONE only',
    async (method) => {
      const { hash } = transfer();
      const { error } = await ask(hash, 'NONE', method);
      expect(error.cause).toEqual({
        name: 'UNKNOWN_TRANSACTION',
        info: { requested_transaction_hash: hash },
      });
    },
  );

  test.each([...WAIT_LEVELS.filter((level) => level !== 'NONE'), undefined])(
    'at %s the node waits for 10 s and then times out',
    async (level) => {
      const answer = ask(transfer().hash, level);
      node.pass(9_999);
      expect(await soFar(answer)).toBeNull();
      node.pass(1);
      expect((await answer).error.cause).toEqual({ name: 'TIMEOUT_ERROR' });
    },
  );

  test('times out with HTTP 408', async () => {
    const params = { tx_hash: transfer().hash, sender_account_id: SERVICE_ACCOUNT };
    const answer = node.devnet.handle({ jsonrpc: '2.0', id: 1, method: 'tx', params });
    node.pass(10_000);
    expect((await answer).httpStatus).toBe(408);
  });

  test('can be included while the node waits for it', async () => {
    const signed = transfer();
    const answer = ask(signed.hash, 'FINAL');
    void node.send(signed, 'NONE');
    node.blocks(6);
    expect((await answer).result.final_execution_status).toBe('FINAL');
  });

  test('is unknown while it is in the pool', async () => {
    const signed = transfer();
    await node.send(signed, 'NONE');
    expect((await ask(signed.hash, 'NONE')).error.cause.name).toBe('UNKNOWN_TRANSACTION');
  });

  test('the node waits for waitLimitMs', async () => {
    node = new TestNode({ waitLimitMs: 50 });
    const answer = ask(transfer().hash, 'FINAL');
    node.pass(50);
    expect((await answer).error.cause.name).toBe('TIMEOUT_ERROR');
  });

  test('for a whole transaction that has become invalid the answer has the reason', async () => {
    const late = transfer(1n);
    const done = node.send(transfer(2n));
    node.blocks(6);
    await done;
    const params = { signed_tx_base64: late.base64, wait_until: 'NONE' };
    expect((await node.call('tx', params)).error.cause.name).toBe('INVALID_TRANSACTION');
  });
});

describe('a transaction that is included and not executed yet', () => {
  const bare = { final_execution_status: 'INCLUDED' };

  test('shows its level and nothing else', async () => {
    const signed = transfer();
    const sent = node.send(signed, 'INCLUDED');
    node.blocks(1);
    expect((await sent).result).toEqual(bare);
    for (const level of ['NONE', 'INCLUDED']) {
      expect((await ask(signed.hash, level)).result).toEqual(bare);
    }
    node.blocks(1);
    const { result } = await ask(signed.hash, 'INCLUDED');
    expect(result.final_execution_status).toBe('EXECUTED_OPTIMISTIC');
    expect(result).toHaveProperty('transaction.hash', signed.hash);
  });
});

describe('the largest numbers of 64 bits', () => {
  const MAX_U64 = 2n ** 64n - 1n;
  const call = (gas: bigint) => actions.functionCall('a', {}, gas, 0n);
  const errorOf = async (list: Action[], nonce?: bigint) => {
    const signed = node.sign({
      signerId: SERVICE_ACCOUNT,
      receiverId: ROOT_ACCOUNT,
      actions: list,
      ...(nonce === undefined ? {} : { nonce }),
    });
    const { data } = (await node.send(signed)).error;
    return data.TxExecutionError.InvalidTxError as Record<string, Record<string, number>>;
  };

  test('are never shown as more than they are', async () => {
    const { NonceTooLarge } = await errorOf([actions.transfer(1n)], MAX_U64);
    expect(BigInt(NonceTooLarge?.tx_nonce ?? 0)).toBeLessThanOrEqual(MAX_U64);
    const { ActionsValidation } = await errorOf([call(MAX_U64)]);
    expect(ActionsValidation).toHaveProperty('TotalPrepaidGasExceeded');
  });

  test('overflow as in nearcore', async () => {
    const { ActionsValidation } = await errorOf([call(MAX_U64), call(MAX_U64)]);
    expect(ActionsValidation).toBe('IntegerOverflow');
  });
});
