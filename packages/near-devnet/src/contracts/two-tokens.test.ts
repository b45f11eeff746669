import fc from 'fast-check';
import { actions } from 'near-api-js';
import { beforeAll, expect, test } from 'vitest';
import { FAUCET_ACCOUNT, ROOT_ACCOUNT, SERVICE_ACCOUNT, TEST_TOKEN } from '../rules/genesis.ts';
import { compileContract } from '../testing/compile-contract.ts';
import { ContractAccount } from '../testing/contract-account.ts';
import { TestNode } from '../testing/test-node.ts';

// The built-in token and an independent one in WebAssembly get the same calls and must give the same results.
const TGAS = 10n ** 12n;
const SUPPLY = '1000000000000000';
const DEPOSIT = 1_250_000_000_000_000_000_000n;
const RECEIVER = `receiver.${FAUCET_ACCOUNT}`;
const SENDERS = [FAUCET_ACCOUNT, SERVICE_ACCOUNT, ROOT_ACCOUNT] as const;
const NAMES = [...SENDERS, RECEIVER] as const;
let code: { token: Uint8Array; receiver: Uint8Array };

beforeAll(async () => {
  code = { token: await compileContract('token'), receiver: await compileContract('receiver') };
}, 60_000);

async function start(): Promise<{ node: TestNode; wasmId: string }> {
  const node = new TestNode();
  const token = await ContractAccount.create(node, 'token', code.token);
  await ContractAccount.create(node, 'receiver', code.receiver);
  await token.call('init', JSON.stringify({ owner_id: FAUCET_ACCOUNT, total_supply: SUPPLY }));
  return { node, wasmId: token.id };
}

interface Call {
  readonly sender: (typeof SENDERS)[number];
  readonly method: string;
  readonly args: object;
  readonly deposit: bigint;
}

/** What a caller can see of a call: its result and its logs. */
async function effectOf(node: TestNode, tokenId: string, call: Call) {
  const { result } = await node.execute({
    signerId: call.sender,
    receiverId: tokenId,
    actions: [actions.functionCall(call.method, call.args, 100n * TGAS, call.deposit)],
  });
  return {
    status: result.status,
    logs: result.receipts_outcome.flatMap(({ outcome }) => outcome.logs),
  };
}

async function balancesOf(node: TestNode, tokenId: string) {
  const views = NAMES.map((accountId) => [
    node.view(tokenId, 'ft_balance_of', { account_id: accountId }),
    node.view(tokenId, 'storage_balance_of', { account_id: accountId }),
  ]);
  const all = [
    ...views.flat(),
    node.view(tokenId, 'ft_total_supply'),
    node.view(tokenId, 'ft_metadata'),
    node.view(tokenId, 'storage_balance_bounds'),
  ];
  return Promise.all(all);
}

const name = fc.constantFrom(...NAMES);
const amount = fc.constantFrom(
  '0',
  '1',
  '5',
  '1000',
  SUPPLY,
  '340282366920938463463374607431768211455',
);
const oneYocto = fc.constantFrom(1n, 1n, 1n, 1n, 0n, 2n);
const memo = fc.option(fc.constantFrom('a memo', 'with "quotes"'));
const message = fc.constantFrom(
  'keep',
  'return',
  'return 3',
  'return x',
  'panic',
  '"nonsense',
  '7',
);
const method = fc.oneof(
  fc.record({
    method: fc.constant('ft_transfer'),
    args: fc.record({ receiver_id: name, amount, memo }),
    deposit: oneYocto,
  }),
  fc.record({
    method: fc.constant('ft_transfer_call'),
    args: fc.record({ receiver_id: name, amount, memo, msg: message }),
    deposit: oneYocto,
  }),
  fc.record({
    method: fc.constant('storage_deposit'),
    args: fc.record({ account_id: fc.option(name), registration_only: fc.boolean() }),
    deposit: fc.constantFrom(DEPOSIT, DEPOSIT, 2n * DEPOSIT, 1n),
  }),
  fc.record({
    method: fc.constant('storage_withdraw'),
    args: fc.record({ amount: fc.option(fc.constantFrom('0', '1')) }),
    deposit: oneYocto,
  }),
  fc.record({
    method: fc.constant('storage_unregister'),
    args: fc.record({ force: fc.option(fc.boolean()) }),
    deposit: oneYocto,
  }),
);
const call: fc.Arbitrary<Call> = fc
  .tuple(fc.constantFrom(...SENDERS), method)
  .map(([sender, rest]) => ({ sender, ...rest }));

test('both tokens give the same results', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 5, maxLength: 20 }), async (calls) => {
      const { node, wasmId } = await start();
      for (const each of [...REGISTRATIONS, ...calls]) {
        const builtIn = await effectOf(node, TEST_TOKEN, each);
        const wasm = await effectOf(node, wasmId, each);
        expect({ each, ...wasm }).toEqual({ each, ...builtIn });
      }
      expect(await balancesOf(node, wasmId)).toEqual(await balancesOf(node, TEST_TOKEN));
      const { balancesYocto, inFlightYocto, burntYocto, genesisSupplyYocto } = node.devnet
        .inspect()
        .totals();
      expect(balancesYocto + inFlightYocto + burntYocto).toBe(genesisSupplyYocto);
    }),
    { numRuns: 12, seed: 18 },
  );
});

const REGISTRATIONS: readonly Call[] = [SERVICE_ACCOUNT, RECEIVER].map((accountId) => ({
  sender: FAUCET_ACCOUNT,
  method: 'storage_deposit',
  args: { account_id: accountId },
  deposit: DEPOSIT,
}));

test.each([
  ['keep', '"100"', 100n],
  ['return', '"0"', 0n],
  ['return 40', '"60"', 60n],
  ['panic', '"0"', 0n],
])('ft_transfer_call with the message "%s"', async (msg, used, kept) => {
  const { node, wasmId } = await start();
  for (const tokenId of [TEST_TOKEN, wasmId]) {
    for (const registration of REGISTRATIONS) await effectOf(node, tokenId, registration);
    const { status } = await effectOf(node, tokenId, {
      sender: FAUCET_ACCOUNT,
      method: 'ft_transfer_call',
      args: { receiver_id: RECEIVER, amount: '100', msg },
      deposit: 1n,
    });
    expect(Buffer.from(status.SuccessValue ?? '', 'base64').toString()).toBe(used);
    const balance = await node.view(tokenId, 'ft_balance_of', { account_id: RECEIVER });
    expect(balance).toBe(kept.toString());
  }
});
