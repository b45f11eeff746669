import { describe, expect, it } from 'vitest';
import { World } from '../../testing/simulator/world/world.ts';
import { fakeError, fakeHash, fakeNodes } from '../../testing/suites/fake-nodes.ts';
import { createJsonRpcNearChain } from './json-rpc-near-chain.ts';

/** A node that answers every question with one error, as nearcore words it. */
function chainAnswering(cause: string, data?: unknown) {
  return chainReplying((method) => (method === 'status' ? null : fakeError(cause, { data })));
}

function chainReplying(reply: (method: string) => ReturnType<typeof fakeError> | null) {
  const { transport } = fakeNodes({ node: { reply: ({ method }) => reply(method) } });
  return createJsonRpcNearChain({
    urls: ['node'],
    expectedChainId: null,
    transport,
    clock: { now: () => 0 },
    log: new World().log(),
  });
}

const transaction = { hash: fakeHash('T'), signerId: 'service.near', signedBytes: '' };

describe("a node's error for a transaction", () => {
  it.each([
    ['UNKNOWN_TRANSACTION', 'unknown'],
    ['TIMEOUT_ERROR', 'pending'],
    ['REQUEST_ROUTED', 'pending'],
    ['DOES_NOT_TRACK_SHARD', 'pending'],
    ['UNAVAILABLE_SHARD', 'pending'],
    ['NO_SYNCED_BLOCKS', 'pending'],
    ['INTERNAL_ERROR', 'pending'],
    ['METHOD_NOT_FOUND', 'pending'],
    ['A_NAME_OF_TOMORROW', 'pending'],
  ])('%s leaves it %s: never an outcome', async (cause, kind) => {
    const chain = chainAnswering(cause);
    expect(await chain.sendTransaction(transaction)).toEqual({ kind });
    expect(await chain.readTransaction(transaction)).toEqual({ kind });
  });

  it.each([
    [{ InvalidNonce: { tx_nonce: 1, ak_nonce: 2 } }, 'InvalidNonce'],
    [{ NonceTooLarge: { tx_nonce: 9, upper_bound: 2 } }, 'NonceTooLarge'],
    ['Expired', 'Expired'],
    [{ NotEnoughBalance: { signer_id: 'a', balance: '1', cost: '2' } }, 'NotEnoughBalance'],
    [
      { InvalidAccessKeyError: { AccessKeyNotFound: { account_id: 'a' } } },
      'InvalidAccessKeyError',
    ],
    [{ ShardCongested: { shard_id: 0, congestion_level: 1 } }, 'ShardCongested'],
  ])(
    'INVALID_TRANSACTION is a rejection with its reason, not an outcome: %j',
    async (invalid, reason) => {
      const data = { TxExecutionError: { InvalidTxError: invalid } };
      const chain = chainAnswering('INVALID_TRANSACTION', data);
      expect(await chain.sendTransaction(transaction)).toEqual({ kind: 'rejected', reason });
    },
  );

  it('PARSE_ERROR rejects bytes, and does not answer a query', async () => {
    const chain = chainAnswering('PARSE_ERROR');
    expect(await chain.sendTransaction(transaction)).toEqual({
      kind: 'rejected',
      reason: 'ParseError',
    });
    expect(await chain.readTransaction(transaction)).toEqual({ kind: 'pending' });
  });

  it('PARSE_ERROR does not prove that a transaction can never execute', async () => {
    const chain = chainReplying((method) => (method === 'tx' ? fakeError('PARSE_ERROR') : null));
    const asked = { hash: 'hash', signerId: 'signer', minFinalHeight: 50, reachBackTo: 10 };
    expect(await chain.readTransactionEverywhere(asked)).toEqual({ kind: 'pending' });
  });
});

describe("a node's error for a query", () => {
  const account = { accountId: 'a.near' };

  it.each(['UNKNOWN_ACCOUNT'])('%s is an answer: it does not exist', async (cause) => {
    expect(await chainAnswering(cause).viewAccount(account)).toBeNull();
  });

  it.each([
    'UNKNOWN_BLOCK',
    'GARBAGE_COLLECTED_BLOCK',
    'NO_SYNCED_BLOCKS',
    'NOT_SYNCED_YET',
    'UNAVAILABLE_SHARD',
    'INTERNAL_ERROR',
    'INVALID_ACCOUNT',
    'A_NAME_OF_TOMORROW',
  ])('%s is an error of the process, never an absence', async (cause) => {
    const chain = chainAnswering(cause);
    const fault = { name: 'ServiceError', code: 'NODE_UNREACHABLE', pause: null };
    const publicKey = 'ed25519:key';
    const token = { tokenContract: 'token.near', ...account };
    await expect(chain.viewAccount(account)).rejects.toMatchObject(fault);
    await expect(chain.viewAccessKey({ ...account, publicKey })).rejects.toMatchObject(fault);
    await expect(chain.isRegistered(token)).rejects.toMatchObject(fault);
    await expect(chain.viewTokenBalance(token)).rejects.toMatchObject(fault);
    await expect(chain.readFinalBlock()).rejects.toMatchObject(fault);
  });
});
