import { actions } from 'near-api-js';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { deterministicId } from '../bytes/account-id.ts';
import { hashFromBase58 } from '../bytes/hash.ts';
import { developmentKey, FAUCET_ACCOUNT } from '../rules/genesis.ts';
import { keyBytes, signBytes, text, u8, u32, u64, u128 } from '../testing/borsh-transaction.ts';
import { compileContract } from '../testing/compile-contract.ts';
import { ContractAccount } from '../testing/contract-account.ts';
import { TestNode } from '../testing/test-node.ts';

const NEAR = 10n ** 24n;
let code: Uint8Array;
let node: TestNode;
let publisher: ContractAccount;
beforeAll(async () => {
  code = await compileContract('probe');
}, 60_000);
beforeEach(async () => {
  node = new TestNode();
  publisher = await ContractAccount.create(node, 'publisher', code);
  await node.execute({
    signerId: publisher.id,
    receiverId: publisher.id,
    actions: [actions.deployGlobalContract(code, 'accountId')],
  });
});

/** Version, code by its publisher, and entries. */
function stateInit(entries: readonly (readonly [string, string])[]) {
  const data = entries.flatMap(([key, value]) => [text(key), text(value)]);
  return Buffer.concat([u8(0), u8(1), text(publisher.id), u32(entries.length), ...data]);
}

async function init(receiverId: string, state: Buffer, deposit: bigint) {
  const { publicKey, secretKey } = developmentKey(FAUCET_ACCOUNT);
  const nonce = node.devnet.inspect().accessKey(FAUCET_ACCOUNT, publicKey)?.nonce ?? 0n;
  const unsigned = Buffer.concat([
    text(FAUCET_ACCOUNT),
    keyBytes(publicKey),
    u64(nonce + 1n),
    text(receiverId),
    Buffer.from(hashFromBase58(node.finalBlockHash()) ?? '', 'hex'),
    u32(1),
    u8(11),
    state,
    u128(deposit),
  ]);
  const answer = node.send(signBytes(unsigned, secretKey));
  node.blocks(8);
  const { result, error } = await answer;
  return error?.data.TxExecutionError.InvalidTxError ?? result.status.Failure ?? 'done';
}

const read = async (accountId: string, key: string) => {
  const { result } = await node.query('call_function', {
    account_id: accountId,
    method_name: 'get',
    args_base64: Buffer.from(key).toString('base64'),
  });
  return Buffer.from(result.result).toString();
};

test('creates an account with its code and data, and refunds the rest of the deposit', async () => {
  const long = 'x'.repeat(900);
  const state = stateInit([
    ['a', '1'],
    ['b', long],
  ]);
  const id = deterministicId(state);
  expect(await init(id, state, 2n * NEAR)).toBe('done');
  expect(await read(id, 'b')).toBe(long);
  const account = node.devnet.inspect().account(id);
  expect(account?.storageUsage).toBe(100 + publisher.id.length + (1 + 1 + 40) + (1 + 900 + 40));
  expect(account?.amountYocto).toBe(BigInt(account?.storageUsage ?? 0) * 10n ** 19n);
  const { balancesYocto, inFlightYocto, burntYocto, genesisSupplyYocto } = node.devnet
    .inspect()
    .totals();
  expect(balancesYocto + inFlightYocto + burntYocto).toBe(genesisSupplyYocto);
});

test('a second initialisation changes nothing', async () => {
  const state = stateInit([['a', '1']]);
  const id = deterministicId(state);
  await init(id, state, 0n);
  await node.execute({
    signerId: FAUCET_ACCOUNT,
    receiverId: id,
    actions: [actions.functionCall('put', Buffer.from('a=2'), 10n ** 13n, 0n)],
  });
  expect(await init(id, state, NEAR)).toBe('done');
  expect(await read(id, 'a')).toBe('2');
});

test('another receiver and unpublished code are rejected', async () => {
  const state = stateInit([]);
  expect(await init(`0s${'0'.repeat(40)}`, state, 0n)).toMatchObject({
    ActionsValidation: {
      InvalidDeterministicStateInitReceiver: { derived_id: deterministicId(state) },
    },
  });
  const unknown = Buffer.concat([u8(0), u8(1), text('nobody.devnet'), u32(0)]);
  expect(await init(deterministicId(unknown), unknown, 0n)).toMatchObject({
    ActionError: {
      kind: { GlobalContractDoesNotExist: { identifier: { AccountId: 'nobody.devnet' } } },
    },
  });
});

test('a contract can create such an account, with entries in any order', async () => {
  const state = stateInit([
    ['a', '1'],
    ['b', '2'],
  ]);
  const id = deterministicId(state);
  await publisher.call('derive', id);
  expect([await read(id, 'a'), await read(id, 'b')]).toEqual(['1', '2']);
  await expect(publisher.call('derive', `0s${'1'.repeat(40)}`)).rejects.toThrow(
    'InvalidDeterministicStateInitReceiver',
  );
});
