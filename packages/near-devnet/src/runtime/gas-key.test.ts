import { KeyPair } from 'near-api-js';
import { beforeEach, expect, test } from 'vitest';
import { hashFromBase58 } from '../bytes/hash.ts';
import { developmentKey, FAUCET_ACCOUNT, SERVICE_ACCOUNT } from '../rules/genesis.ts';
import {
  keyBytes,
  signBytes,
  text,
  u8,
  u16,
  u32,
  u64,
  u128,
} from '../testing/borsh-transaction.ts';
import { TestNode } from '../testing/test-node.ts';

// near-api-js does not build these transactions, so the test writes their borsh.
const NEAR = 10n ** 24n;
const GAS_KEY = developmentKey('a gas key');
const gasKeyTerms = (nonces: number, balance = 0n) => Buffer.concat([u128(balance), u16(nonces)]);
const addKey = (publicKey: string, permission: Buffer) =>
  Buffer.concat([u8(5), keyBytes(publicKey), u64(0n), permission]);
const fullAccess = (terms: Buffer) => Buffer.concat([u8(3), terms]);
const functionCall = (terms: Buffer, receiverId: string, allowance: Buffer) =>
  Buffer.concat([u8(2), terms, allowance, text(receiverId), u32(0)]);
const transferTo = (yocto: bigint) => Buffer.concat([u8(3), u128(yocto)]);
const fund = (publicKey: string, yocto: bigint) =>
  Buffer.concat([u8(12), keyBytes(publicKey), u128(yocto)]);
const withdraw = (publicKey: string, yocto: bigint) =>
  Buffer.concat([u8(13), keyBytes(publicKey), u128(yocto)]);
const deleteKey = (publicKey: string) => Buffer.concat([u8(6), keyBytes(publicKey)]);

let node: TestNode;
beforeEach(() => {
  node = new TestNode();
});

interface Wanted {
  readonly receiverId?: string;
  readonly actions: readonly Buffer[];
  /** Of the gas key; without it the account's own key signs. */
  readonly nonceIndex?: number;
  readonly nonce?: bigint;
  readonly isStrict?: boolean;
}

function signed({ receiverId = FAUCET_ACCOUNT, actions, ...wanted }: Wanted) {
  const { nonceIndex, isStrict = false } = wanted;
  const key = nonceIndex === undefined ? developmentKey(FAUCET_ACCOUNT) : GAS_KEY;
  const nonce = wanted.nonce ?? nextNonce(nonceIndex);
  const blockHash = Buffer.from(hashFromBase58(node.finalBlockHash()) ?? '', 'hex');
  const numbered = nonceIndex === undefined ? u8(0) : u8(1);
  const unsigned = Buffer.concat([
    u8(1),
    text(FAUCET_ACCOUNT),
    keyBytes(key.publicKey),
    numbered,
    u64(nonce),
    nonceIndex === undefined ? Buffer.alloc(0) : u16(nonceIndex),
    text(receiverId),
    blockHash,
    u32(actions.length),
    ...actions,
    u8(isStrict ? 1 : 0),
  ]);
  return signBytes(unsigned, key.secretKey);
}

function nextNonce(nonceIndex: number | undefined): bigint {
  const inspection = node.devnet.inspect();
  if (nonceIndex === undefined) {
    const { publicKey } = developmentKey(FAUCET_ACCOUNT);
    return (inspection.accessKey(FAUCET_ACCOUNT, publicKey)?.nonce ?? 0n) + 1n;
  }
  const { gasKey } = inspection.accessKey(FAUCET_ACCOUNT, GAS_KEY.publicKey) ?? {};
  return (gasKey?.nonces[nonceIndex] ?? 0n) + 1n;
}

async function send(wanted: Wanted) {
  const answer = node.send(signed(wanted));
  node.blocks(8);
  const { result, error } = await answer;
  return error?.data.TxExecutionError.InvalidTxError ?? result.status.Failure ?? 'done';
}

const gasKey = () =>
  node.devnet.inspect().accessKey(FAUCET_ACCOUNT, GAS_KEY.publicKey)?.gasKey ?? null;
const amountOf = (accountId: string) => node.devnet.inspect().account(accountId)?.amountYocto ?? 0n;

function expectNothingLost() {
  const { balancesYocto, inFlightYocto, burntYocto, genesisSupplyYocto } = node.devnet
    .inspect()
    .totals();
  expect(balancesYocto + inFlightYocto + burntYocto).toBe(genesisSupplyYocto);
}

async function addGasKey(nonces = 4, balance = 5n * NEAR) {
  const { publicKey } = GAS_KEY;
  const actions = [addKey(publicKey, fullAccess(gasKeyTerms(nonces))), fund(publicKey, balance)];
  expect(await send({ actions })).toBe('done');
}

test('a gas key has nonces, a balance, and storage usage', async () => {
  const before = node.devnet.inspect().account(FAUCET_ACCOUNT)?.storageUsage ?? 0;
  await addGasKey(4);
  const { result } = await node.query('view_access_key', {
    account_id: FAUCET_ACCOUNT,
    public_key: GAS_KEY.publicKey,
  });
  expect(result).toMatchObject({
    nonce: 0,
    permission: { GasKeyFullAccess: { balance: `${5n * NEAR}`, num_nonces: 4 } },
  });
  const nonces = await node.query('view_gas_key_nonces', {
    account_id: FAUCET_ACCOUNT,
    public_key: GAS_KEY.publicKey,
  });
  expect(nonces.result).toMatchObject({ nonces: Array(4).fill(expect.any(Number)) });
  const usage = node.devnet.inspect().account(FAUCET_ACCOUNT)?.storageUsage ?? 0;
  expect(usage - before).toBe(33 + 9 + 18 + 40 + 4 * (33 + 2 + 8 + 40));
  expectNothingLost();
});

test('its nonces are independent; gas is paid from its balance, deposits from the account', async () => {
  await addGasKey();
  const before = { key: gasKey()?.balanceYocto ?? 0n, service: amountOf(SERVICE_ACCOUNT) };
  const answers = [3, 0, 1].map((nonceIndex) =>
    node.send(signed({ receiverId: SERVICE_ACCOUNT, actions: [transferTo(7n)], nonceIndex })),
  );
  node.blocks(8);
  for (const { result } of await Promise.all(answers)) {
    expect(result.status).toEqual({ SuccessValue: '' });
  }
  expect(amountOf(SERVICE_ACCOUNT) - before.service).toBe(21n);
  expect(gasKey()?.balanceYocto).toBeLessThan(before.key);
  expectNothingLost();
});

test('unburnt gas is refunded to its balance, a deposit to the account', async () => {
  await addGasKey();
  const before = { key: gasKey()?.balanceYocto ?? 0n, account: amountOf(FAUCET_ACCOUNT) };
  const answer = node.send(
    signed({ receiverId: 'nobody.devnet', actions: [transferTo(NEAR)], nonceIndex: 0 }),
  );
  node.blocks(8);
  const { result } = await answer;
  expect(result.status.Failure).toBeDefined();
  const burnt = [result.transaction_outcome, ...result.receipts_outcome].reduce(
    (sum, { outcome }) => sum + BigInt(outcome.tokens_burnt),
    0n,
  );
  expect(gasKey()?.balanceYocto).toBe(before.key - burnt);
  expect(amountOf(FAUCET_ACCOUNT)).toBe(before.account);
  expectNothingLost();
});

test('gas is refunded to the account once the key is deleted', async () => {
  await addGasKey(1, NEAR / 2n);
  const sent = node.send(
    signed({ receiverId: SERVICE_ACCOUNT, actions: [transferTo(1n)], nonceIndex: 0 }),
  );
  node.blocks(1);
  const before = amountOf(FAUCET_ACCOUNT);
  const removed = node.send(signed({ actions: [deleteKey(GAS_KEY.publicKey)] }));
  node.blocks(8);
  expect((await sent).result.status).toEqual({ SuccessValue: '' });
  expect((await removed).result.status).toEqual({ SuccessValue: '' });
  expect(gasKey()).toBeNull();
  expect(amountOf(FAUCET_ACCOUNT)).toBeGreaterThan(before - NEAR / 100n);
  expectNothingLost();
});

test.each<[string, Partial<Wanted>, unknown]>([
  [
    'a nonce index out of range',
    { nonceIndex: 4 },
    { InvalidNonceIndex: { tx_nonce_index: 4, num_nonces: 4 } },
  ],
  [
    'a used nonce',
    { nonceIndex: 0, nonce: 1n },
    { InvalidNonce: { tx_nonce: 1, ak_nonce: expect.any(Number) } },
  ],
  [
    'a gap in strict mode',
    { nonceIndex: 0, isStrict: true, nonce: 3_999_999n },
    { InvalidNonce: expect.anything() },
  ],
])('%s is refused', async (_, wanted, error) => {
  await addGasKey();
  const answer = await send({ receiverId: SERVICE_ACCOUNT, actions: [transferTo(1n)], ...wanted });
  expect(answer).toEqual(error);
});

test('a key without enough balance is rejected', async () => {
  await addGasKey(1, 1n);
  expect(await send({ actions: [transferTo(1n)], nonceIndex: 0 })).toMatchObject({
    NotEnoughGasKeyBalance: { signer_id: FAUCET_ACCOUNT, balance: '1' },
  });
});

test('if the account cannot pay the deposit, the key pays for the attempt', async () => {
  await addGasKey();
  const before = { key: gasKey()?.balanceYocto ?? 0n, account: amountOf(FAUCET_ACCOUNT) };
  const answer = await send({
    receiverId: SERVICE_ACCOUNT,
    actions: [transferTo(10n ** 37n)],
    nonceIndex: 2,
  });
  expect(answer).toMatchObject({ InvalidTxError: { NotEnoughBalance: { cost: `${10n ** 37n}` } } });
  expect(amountOf(FAUCET_ACCOUNT)).toBe(before.account);
  expect(gasKey()?.balanceYocto).toBeLessThan(before.key);
  expectNothingLost();
});

test('its balance can be withdrawn, and deletion burns the rest', async () => {
  const { publicKey } = GAS_KEY;
  await addGasKey();
  expect(await send({ actions: [deleteKey(publicKey)] })).toMatchObject({
    ActionError: { kind: { GasKeyBalanceTooHigh: { balance: `${5n * NEAR}` } } },
  });
  expect(await send({ actions: [withdraw(publicKey, 6n * NEAR)] })).toMatchObject({
    ActionError: { kind: { InsufficientGasKeyBalance: { required: `${6n * NEAR}` } } },
  });
  const actions = [withdraw(publicKey, (9n * NEAR) / 2n), deleteKey(publicKey)];
  expect(await send({ actions })).toBe('done');
  expect(gasKey()).toBeNull();
  expectNothingLost();
});

test('a function-call gas key works for its receiver only', async () => {
  const { publicKey } = GAS_KEY;
  const permission = functionCall(gasKeyTerms(1), SERVICE_ACCOUNT, u8(0));
  await send({ actions: [addKey(publicKey, permission), fund(publicKey, NEAR)] });
  const answer = await send({
    receiverId: SERVICE_ACCOUNT,
    actions: [transferTo(1n)],
    nonceIndex: 0,
  });
  expect(answer).toEqual({ InvalidAccessKeyError: 'RequiresFullAccess' });
});

test('funding or withdrawing from a key that is not a gas key fails', async () => {
  const publicKey = KeyPair.fromRandom('ed25519').getPublicKey().toString();
  expect(await send({ actions: [fund(publicKey, 1n)] })).toMatchObject({
    ActionError: { kind: { GasKeyDoesNotExist: { public_key: publicKey } } },
  });
  const own = developmentKey(FAUCET_ACCOUNT).publicKey;
  expect(await send({ actions: [withdraw(own, 1n)] })).toMatchObject({
    ActionError: { kind: { GasKeyDoesNotExist: { public_key: own } } },
  });
});

test.each([
  [fullAccess(gasKeyTerms(0)), { GasKeyInvalidNumNonces: { requested_nonces: 0, limit: 1_024 } }],
  [
    fullAccess(gasKeyTerms(1_025)),
    { GasKeyInvalidNumNonces: { requested_nonces: 1_025, limit: 1_024 } },
  ],
  [fullAccess(gasKeyTerms(1, 3n)), { AddGasKeyWithNonZeroBalance: { balance: '3' } }],
  [
    functionCall(gasKeyTerms(1), SERVICE_ACCOUNT, Buffer.concat([u8(1), u128(1n)])),
    'GasKeyFunctionCallAllowanceNotAllowed',
  ],
])('an invalid gas key is rejected: %#', async (permission, error) => {
  const actions = [addKey(GAS_KEY.publicKey, permission)];
  expect(await send({ actions })).toEqual({ ActionsValidation: error });
});

test('a versioned transaction works with an ordinary key', async () => {
  expect(await send({ actions: [transferTo(1n)], isStrict: true })).toBe('done');
  expect(await send({ actions: [transferTo(1n)], isStrict: true, nonce: 500_000n })).toMatchObject({
    InvalidNonce: { tx_nonce: 500_000 },
  });
});
