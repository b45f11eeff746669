import fc from 'fast-check';
import { actions } from 'near-api-js';
import { expect, test } from 'vitest';
import { CHOCO_TOKEN, FAUCET_ACCOUNT, SERVICE_ACCOUNT, TEST_TOKEN } from '../rules/genesis.ts';
import { TestNode } from '../testing/test-node.ts';
import { REGISTRATION_DEPOSIT_YOCTO } from './token-account.ts';

const TGAS = 10n ** 12n;
const SUPPLY = 10n ** 27n;
const OWNERS = [SERVICE_ACCOUNT, FAUCET_ACCOUNT, 'devnet'] as const;
const NAMES = [...OWNERS, 'alice.devnet', 'bob.devnet'] as const;

/** A minimal model of the three standards, to compare the contract with. */
class Model {
  readonly balances = new Map<string, bigint>([[SERVICE_ACCOUNT, SUPPLY]]);

  run(call: Call): string | null {
    switch (call.method) {
      case 'ft_transfer':
        return this.#transfer(call);
      case 'storage_deposit':
        return this.#deposit(call);
      case 'storage_unregister':
        return this.#unregister(call);
      case 'storage_withdraw':
        return this.#withdraw(call);
    }
  }

  get supply(): bigint {
    return [...this.balances.values()].reduce((total, balance) => total + balance, 0n);
  }

  #transfer({ sender, receiver, amount, deposit }: Call): string | null {
    if (deposit !== 1n) return 'Requires attached deposit of exactly 1 yoctoNEAR';
    if (sender === receiver) return 'Sender and receiver should be different';
    if (amount === 0n) return 'The amount should be a positive number';
    const balance = this.balances.get(sender);
    if (balance === undefined) return `The account ${sender} is not registered`;
    if (balance < amount) return "The account doesn't have enough balance";
    const received = this.balances.get(receiver);
    if (received === undefined) return `The account ${receiver} is not registered`;
    this.balances.set(sender, balance - amount);
    this.balances.set(receiver, received + amount);
    return null;
  }

  #deposit({ receiver, deposit }: Call): string | null {
    if (this.balances.has(receiver)) return null;
    if (deposit < REGISTRATION_DEPOSIT_YOCTO) {
      return 'The attached deposit is less than the minimum storage balance';
    }
    this.balances.set(receiver, 0n);
    return null;
  }

  #unregister({ sender, deposit, force }: Call): string | null {
    if (deposit !== 1n) return 'Requires attached deposit of exactly 1 yoctoNEAR';
    const balance = this.balances.get(sender);
    if (balance !== undefined && balance > 0n && !force) {
      return "Can't unregister the account with the positive balance without force";
    }
    this.balances.delete(sender);
    return null;
  }

  #withdraw({ sender, amount, deposit }: Call): string | null {
    if (deposit !== 1n) return 'Requires attached deposit of exactly 1 yoctoNEAR';
    if (!this.balances.has(sender)) return `The account ${sender} is not registered`;
    return amount > 0n ? 'The amount is greater than the available storage balance' : null;
  }
}

interface Call {
  readonly method: 'ft_transfer' | 'storage_deposit' | 'storage_unregister' | 'storage_withdraw';
  readonly sender: (typeof OWNERS)[number];
  readonly receiver: string;
  readonly amount: bigint;
  readonly deposit: bigint;
  readonly force: boolean;
}

const anyCall: fc.Arbitrary<Call> = fc.record({
  method: fc.constantFrom(
    'ft_transfer',
    'ft_transfer',
    'storage_deposit',
    'storage_unregister',
    'storage_withdraw',
  ),
  sender: fc.constantFrom(...OWNERS),
  receiver: fc.constantFrom(...NAMES),
  amount: fc.oneof(fc.constantFrom(0n, 1n, SUPPLY), fc.bigInt(0n, 2n * SUPPLY)),
  deposit: fc.constantFrom(0n, 1n, 1n, REGISTRATION_DEPOSIT_YOCTO, 2n * REGISTRATION_DEPOSIT_YOCTO),
  force: fc.boolean(),
});

function argumentsOf({ method, receiver, amount, force }: Call): object {
  if (method === 'ft_transfer') return { receiver_id: receiver, amount: amount.toString() };
  if (method === 'storage_deposit') return { account_id: receiver };
  return method === 'storage_unregister' ? { force } : { amount: amount.toString() };
}

test('the token follows the standards over random calls', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyCall, { minLength: 1, maxLength: 12 }), async (calls) => {
      const node = new TestNode();
      const model = new Model();
      for (const call of calls) {
        const { result } = await node.execute({
          signerId: call.sender,
          receiverId: CHOCO_TOKEN,
          actions: [actions.functionCall(call.method, argumentsOf(call), 30n * TGAS, call.deposit)],
        });
        const failure = result.status.Failure?.ActionError.kind.FunctionCallError.ExecutionError;
        const expected = model.run(call);
        expect(failure ?? null).toBe(expected && `Smart contract panicked: ${expected}`);
      }
      const chain = node.devnet.inspect();
      for (const name of NAMES) {
        expect(chain.tokenBalance(name)).toBe(model.balances.get(name) ?? null);
      }
      expect(chain.tokenSupply()).toBe(model.supply);
      // The contract holds what registrations locked, beside its genesis balance and its share of gas.
      const genesisYocto = 1_000n * 10n ** 24n;
      const lockedYocto =
        BigInt(model.balances.size - 1) * REGISTRATION_DEPOSIT_YOCTO + genesisYocto;
      const heldYocto = chain.account(CHOCO_TOKEN)?.amountYocto ?? 0n;
      const unregisteredOwner = model.balances.has(SERVICE_ACCOUNT)
        ? 0n
        : REGISTRATION_DEPOSIT_YOCTO;
      expect(heldYocto).toBeGreaterThanOrEqual(lockedYocto - unregisteredOwner);
      expect(heldYocto).toBeLessThan(lockedYocto + 10n ** 22n);
    }),
    { numRuns: 60 },
  );
});

test('metadata and bounds', async () => {
  const node = new TestNode();
  expect(await node.view(CHOCO_TOKEN, 'ft_metadata')).toMatchObject({
    spec: 'ft-1.0.0',
    symbol: 'CHOCO',
    decimals: 18,
  });
  const amount = REGISTRATION_DEPOSIT_YOCTO.toString();
  expect(await node.view(CHOCO_TOKEN, 'storage_balance_bounds')).toEqual({
    min: amount,
    max: amount,
  });
  const balanceOf = (id: string) =>
    node.view(CHOCO_TOKEN, 'storage_balance_of', { account_id: id });
  expect(await balanceOf('nobody.devnet')).toBeNull();
  expect(await balanceOf(SERVICE_ACCOUNT)).toEqual({ total: amount, available: '0' });
});

test('a second deposit succeeds and is refunded', async () => {
  const node = new TestNode();
  const deposit = {
    signerId: SERVICE_ACCOUNT,
    receiverId: CHOCO_TOKEN,
    actions: [
      actions.functionCall(
        'storage_deposit',
        { account_id: 'a.devnet' },
        10n * TGAS,
        REGISTRATION_DEPOSIT_YOCTO,
      ),
    ],
  };
  await node.execute(deposit);
  const before = node.devnet.inspect().account(SERVICE_ACCOUNT)?.amountYocto ?? 0n;
  const { result } = await node.execute(deposit);
  expect(result.status).toHaveProperty('SuccessValue');
  const spent = before - (node.devnet.inspect().account(SERVICE_ACCOUNT)?.amountYocto ?? 0n);
  expect(spent).toBeLessThan(10n ** 21n);
});

test('a view cannot change the state, and wrong arguments are a panic', async () => {
  const node = new TestNode();
  const transfer = { receiver_id: 'a.devnet', amount: '1' };
  await expect(node.view(CHOCO_TOKEN, 'ft_transfer', transfer)).rejects.toThrow('ProhibitedInView');
  await expect(node.view(CHOCO_TOKEN, 'ft_balance_of', {})).rejects.toThrow('missing field');
  await expect(node.view(CHOCO_TOKEN, 'ft_balance_of', { account_id: 'X' })).rejects.toThrow(
    'Account ID is invalid',
  );
});

test('a log longer than the limit fails the call, as in WebAssembly', async () => {
  const node = new TestNode();
  const args = { receiver_id: FAUCET_ACCOUNT, amount: '1', memo: 'm'.repeat(20_000) };
  const call = (method: string, given: object, deposit: bigint) =>
    node.execute({
      signerId: SERVICE_ACCOUNT,
      receiverId: CHOCO_TOKEN,
      actions: [actions.functionCall(method, given, 30n * TGAS, deposit)],
    });
  await call('storage_deposit', { account_id: FAUCET_ACCOUNT }, REGISTRATION_DEPOSIT_YOCTO);
  const { result } = await call('ft_transfer', args, 1n);
  expect(result.status.Failure?.ActionError.kind.FunctionCallError.ExecutionError).toMatch(
    /^The length of a log message 20\d+ exceeds the limit 16384$/,
  );
  expect(node.devnet.inspect().tokenBalance(FAUCET_ACCOUNT)).toBe(0n);
});

test('anyone can mint the test token, and no other', async () => {
  const node = new TestNode();
  const mint = (receiverId: string) => ({
    signerId: SERVICE_ACCOUNT,
    receiverId,
    actions: [
      actions.functionCall('ft_mint', { account_id: 'a.devnet', amount: '7' }, 10n * TGAS, 0n),
    ],
  });
  await node.execute(mint(TEST_TOKEN));
  expect(node.devnet.inspect().tokenBalance('a.devnet', TEST_TOKEN)).toBe(7n);
  const { result } = await node.execute(mint(CHOCO_TOKEN));
  expect(result.status.Failure?.ActionError.kind.FunctionCallError).toEqual({
    MethodResolveError: 'MethodNotFound',
  });
});

test('ft_transfer_call to an account without a contract refunds everything', async () => {
  const node = new TestNode();
  await node.execute({
    signerId: SERVICE_ACCOUNT,
    receiverId: CHOCO_TOKEN,
    actions: [
      actions.functionCall(
        'storage_deposit',
        { account_id: FAUCET_ACCOUNT },
        10n * TGAS,
        REGISTRATION_DEPOSIT_YOCTO,
      ),
    ],
  });
  const { result } = await node.execute({
    signerId: SERVICE_ACCOUNT,
    receiverId: CHOCO_TOKEN,
    actions: [
      actions.functionCall(
        'ft_transfer_call',
        { receiver_id: FAUCET_ACCOUNT, amount: '5', msg: '' },
        100n * TGAS,
        1n,
      ),
    ],
  });
  expect(result.final_execution_status).toBe('FINAL');
  expect(result.status).toEqual({ SuccessValue: Buffer.from('"0"').toString('base64') });
  expect(node.devnet.inspect().tokenBalance(SERVICE_ACCOUNT)).toBe(SUPPLY);
  expect(node.devnet.inspect().tokenBalance(FAUCET_ACCOUNT)).toBe(0n);
});
