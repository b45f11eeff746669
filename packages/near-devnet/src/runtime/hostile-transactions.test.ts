import { sign } from 'node:crypto';
import fc from 'fast-check';
import { actions } from 'near-api-js';
import { beforeAll, expect, test } from 'vitest';
import { deterministicId } from '../bytes/account-id.ts';
import { hashFromBase58, sha256Bytes } from '../bytes/hash.ts';
import { CHOCO_TOKEN, developmentKey, FAUCET_ACCOUNT, SERVICE_ACCOUNT } from '../rules/genesis.ts';
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
import { compileContract } from '../testing/compile-contract.ts';
import { ContractAccount } from '../testing/contract-account.ts';
import { busyMs, fuzz, MAX_BUSY_MS, mutationsOf } from '../testing/fuzz.ts';
import { signingKey, TestNode } from '../testing/test-node.ts';

const GAS_KEY = developmentKey('a gas key');
const OWN_KEY = developmentKey(FAUCET_ACCOUNT);
const PROBE = `probe.${FAUCET_ACCOUNT}`;
const MAX_U64 = 2n ** 64n - 1n;
let code: Uint8Array;
beforeAll(async () => {
  code = await compileContract('probe');
}, 60_000);

const stateInit = Buffer.concat([u8(0), u8(1), text(PROBE), u32(0)]);
const accountId = fc.constantFrom(
  FAUCET_ACCOUNT,
  SERVICE_ACCOUNT,
  CHOCO_TOKEN,
  PROBE,
  `new.${FAUCET_ACCOUNT}`,
  'system',
  'ab'.repeat(32),
  `0x${'ab'.repeat(20)}`,
  deterministicId(stateInit),
  'no.devnet',
);
const publicKey = fc
  .constantFrom(GAS_KEY, OWN_KEY, developmentKey('x'))
  .map((key) => key.publicKey);
/** Mostly the first kind, so that enough transactions get as far as execution. */
const mostly = <T>(usual: readonly T[], hostile: readonly T[]) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...hostile) },
  );
const yocto = mostly([0n, 1n, 10n ** 24n], [10n ** 30n, 2n ** 127n, 2n ** 128n - 1n]);
const gas = mostly([10n ** 12n, 10n ** 13n, 10n ** 14n], [0n, 1n, 10n ** 15n, MAX_U64]);
const receiver = mostly(
  [FAUCET_ACCOUNT, FAUCET_ACCOUNT, PROBE, `new.${FAUCET_ACCOUNT}`, deterministicId(stateInit)],
  [SERVICE_ACCOUNT, CHOCO_TOKEN, 'system', 'ab'.repeat(32), 'no.devnet'],
);
const permission = fc.oneof(
  fc.constant(u8(1)),
  fc
    .tuple(accountId, yocto)
    .map(([id, allowance]) =>
      Buffer.concat([u8(0), u8(1), u128(allowance), text(id), u32(1), text('echo')]),
    ),
  fc
    .tuple(mostly([1, 3, 1_024], [0, 65_535]), mostly([0n], [1n]))
    .map(([nonces, balance]) => Buffer.concat([u8(3), u128(balance), u16(nonces)])),
  accountId.map((id) => Buffer.concat([u8(2), u128(0n), u16(2), u8(0), text(id), u32(0)])),
);
const bytes = fc.uint8Array({ maxLength: 40 });
const sized = (content: Uint8Array) => Buffer.concat([u32(content.length), content]);
const method = fc.constantFrom(
  '',
  'echo',
  'program',
  'spin',
  'ft_transfer',
  'storage_deposit',
  'x',
);
const args = fc.oneof(
  bytes,
  fc
    .constantFrom('put:a:b call', 'call call fail', 'pay:5 trap', '{"account_id":"a.b"}')
    .map(Buffer.from),
);
const identifier = fc.oneof(
  accountId.map((id) => Buffer.concat([u8(1), text(id)])),
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map((hash) => Buffer.concat([u8(0), hash])),
);
const key = publicKey.map(keyBytes);

/** One action in borsh, of any kind but a delegate. */
const plainAction: fc.Arbitrary<Buffer> = fc.oneof(
  fc.constant(u8(0)),
  bytes.map((content) => Buffer.concat([u8(1), sized(content)])),
  fc
    .tuple(method, args, gas, yocto)
    .map(([name, input, attached, deposit]) =>
      Buffer.concat([u8(2), text(name), sized(input), u64(attached), u128(deposit)]),
    ),
  yocto.map((amount) => Buffer.concat([u8(3), u128(amount)])),
  fc
    .tuple(yocto, key)
    .map(([amount, bytesOfKey]) => Buffer.concat([u8(4), u128(amount), bytesOfKey])),
  fc
    .tuple(key, fc.constantFrom(0n, MAX_U64), permission)
    .map(([bytesOfKey, nonce, rights]) => Buffer.concat([u8(5), bytesOfKey, u64(nonce), rights])),
  key.map((bytesOfKey) => Buffer.concat([u8(6), bytesOfKey])),
  accountId.map((id) => Buffer.concat([u8(7), text(id)])),
  fc
    .tuple(bytes, fc.constantFrom(0, 1))
    .map(([content, mode]) => Buffer.concat([u8(9), sized(content), u8(mode)])),
  identifier.map((which) => Buffer.concat([u8(10), which])),
  fc
    .tuple(
      fc.constantFrom(
        stateInit,
        Buffer.concat([stateInit.subarray(0, -4), u32(1), text('k'), text('v')]),
      ),
      yocto,
    )
    .map(([state, deposit]) => Buffer.concat([u8(11), state, u128(deposit)])),
  fc
    .tuple(fc.constantFrom(12, 13), key, yocto)
    .map(([tag, bytesOfKey, amount]) => Buffer.concat([u8(tag), bytesOfKey, u128(amount)])),
);

/** A meta-transaction that its sender has signed, of either version. */
const delegate = fc
  .tuple(
    fc.constantFrom(1, 2),
    accountId,
    fc.array(plainAction, { maxLength: 3 }),
    fc.constantFrom(0n, MAX_U64),
  )
  .map(([version, receiverId, inner, height]) => {
    const signed = Buffer.concat([
      version === 2 ? u8(0) : Buffer.alloc(0),
      text(FAUCET_ACCOUNT),
      text(receiverId),
      u32(inner.length),
      ...inner,
      version === 2 ? u8(0) : Buffer.alloc(0),
      u64(1_000n),
      u64(height),
      keyBytes(OWN_KEY.publicKey),
    ]);
    const prefix = u32(2 ** 30 + (version === 2 ? 611 : 366));
    const message = sha256Bytes(Buffer.concat([prefix, signed]));
    const signature = sign(null, message, signingKey(OWN_KEY.secretKey).privateKey);
    return Buffer.concat([u8(version === 2 ? 14 : 8), signed, u8(0), signature]);
  });

const transaction = fc.record({
  receiverId: receiver,
  actions: fc.array(fc.oneof({ weight: 8, arbitrary: plainAction }, delegate), { maxLength: 4 }),
  nonceIndex: fc.constantFrom(null, null, null, 0, 2, 65_535),
  blocks: fc.nat({ max: 4 }),
});

function unsignedBytes(
  node: TestNode,
  wanted: typeof transaction extends fc.Arbitrary<infer T> ? T : never,
) {
  const { receiverId, actions: list, nonceIndex } = wanted;
  const keyOf = nonceIndex === null ? OWN_KEY : GAS_KEY;
  const known = node.devnet.inspect().accessKey(FAUCET_ACCOUNT, keyOf.publicKey);
  const nonce = (nonceIndex === null ? known?.nonce : known?.gasKey?.nonces[nonceIndex]) ?? 0n;
  return Buffer.concat([
    u8(1),
    text(FAUCET_ACCOUNT),
    keyBytes(keyOf.publicKey),
    nonceIndex === null ? u8(0) : u8(1),
    u64(nonce + 1n),
    nonceIndex === null ? Buffer.alloc(0) : u16(nonceIndex),
    text(receiverId),
    Buffer.from(hashFromBase58(node.finalBlockHash()) ?? '', 'hex'),
    u32(list.length),
    ...list,
    u8(0),
  ]);
}

function expectConserved(node: TestNode): void {
  const totals = node.devnet.inspect().totals();
  expect(totals.balancesYocto + totals.inFlightYocto + totals.burntYocto).toBe(
    totals.genesisSupplyYocto,
  );
}

async function newNode(): Promise<TestNode> {
  const node = new TestNode();
  await ContractAccount.create(node, 'probe', code);
  await node.execute({
    signerId: PROBE,
    receiverId: PROBE,
    actions: [actions.deployGlobalContract(code, 'accountId')],
  });
  return node;
}

test('signed transactions of any actions are executed or rejected, and NEAR is conserved', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(transaction, { minLength: 1, maxLength: 12 }), async (list) => {
      const node = await newNode();
      for (const wanted of list) {
        const signed = signBytes(
          unsignedBytes(node, wanted),
          wanted.nonceIndex === null ? OWN_KEY.secretKey : GAS_KEY.secretKey,
        );
        const before = busyMs();
        await node.send(signed, 'NONE');
        for (let i = 0; i < wanted.blocks; i++) {
          node.blocks(1);
          expectConserved(node);
        }
        const status = {
          tx_hash: signed.hash,
          sender_account_id: FAUCET_ACCOUNT,
          wait_until: 'NONE',
        };
        JSON.stringify(await node.call('EXPERIMENTAL_tx_status', status));
        expect(busyMs() - before).toBeLessThan(MAX_BUSY_MS);
      }
      node.blocks(12);
      expectConserved(node);
    }),
    fuzz(60),
  );
});

test('any bytes in place of a transaction are decoded or rejected in time', async () => {
  const node = await newNode();
  const valid = transaction.map((wanted) =>
    Buffer.from(signBytes(unsignedBytes(node, wanted), OWN_KEY.secretKey).base64, 'base64'),
  );
  await fc.assert(
    fc.asyncProperty(valid.chain(mutationsOf), async (damaged) => {
      const before = busyMs();
      const params = {
        signed_tx_base64: Buffer.from(damaged).toString('base64'),
        wait_until: 'NONE',
      };
      const { error, result } = await node.call('send_tx', params);
      expect(error?.cause.name ?? result.final_execution_status).toBeOneOf(['PARSE_ERROR', 'NONE']);
      expect(busyMs() - before).toBeLessThan(MAX_BUSY_MS);
    }),
    fuzz(1_500),
  );
});

test.each<[string, Buffer]>([
  ['a million actions', Buffer.alloc(1_000_000)],
  [
    'long keys',
    Buffer.concat(Array(500).fill(Buffer.concat([u8(5), u8(2), Buffer.alloc(1_960), u8(1)]))),
  ],
])('%s are rejected in time', async (_, list) => {
  const node = new TestNode();
  const count = list[0] === 0 ? list.length : 500;
  const start = unsignedBytes(node, {
    receiverId: FAUCET_ACCOUNT,
    actions: [],
    nonceIndex: null,
    blocks: 0,
  });
  const unsigned = Buffer.concat([start.subarray(0, -5), u32(count), list, u8(0)]);
  const before = busyMs();
  const { error } = await node.send(signBytes(unsigned, OWN_KEY.secretKey));
  expect(error.data.TxExecutionError.InvalidTxError).toMatchObject({
    ActionsValidation: { TotalNumberOfActionsExceeded: { limit: 100 } },
  });
  expect(busyMs() - before).toBeLessThan(MAX_BUSY_MS);
});
