import fc from 'fast-check';
import { type Action, actions, KeyPair } from 'near-api-js';
import { expect, test } from 'vitest';
import { CHOCO_TOKEN, FAUCET_ACCOUNT, ROOT_ACCOUNT, SERVICE_ACCOUNT } from '../rules/genesis.ts';
import { type SignOptions, TestNode } from '../testing/test-node.ts';

const TGAS = 10n ** 12n;
const SIGNERS = [ROOT_ACCOUNT, SERVICE_ACCOUNT, FAUCET_ACCOUNT] as const;
const RECEIVERS = [
  ...SIGNERS,
  CHOCO_TOKEN,
  'a.devnet',
  'b.choonsim.devnet',
  'nobody.devnet',
  'toplevel',
  'cd'.repeat(32),
  `0x${'ab'.repeat(20)}`,
] as const;
const KEYS = [1, 2].map((seed) =>
  KeyPair.fromString(
    seed === 1
      ? 'ed25519:5Zfxuf4QAbgoaRqxm4Fe5XcUgKmRd1Kbm7TkUQRxhRPN4QVZ8q9V7yKCNT5JYnTBNKLLiBaxCB6FdPXRbDCQoBXe'
      : 'ed25519:3D4YudUahN1nawWogh8pAKSj92sUNMdbZGjn7kERKzYoTy8tnFQuwoGUC51DowKqorvkr2pytJSnwuSbsNVfqygr',
  ).getPublicKey(),
);

const yocto = fc.oneof(
  fc.constantFrom(0n, 1n, 10n ** 21n, 125n * 10n ** 19n, 10n ** 31n),
  fc.bigInt(0n, 10n ** 27n),
);
const gas = fc.constantFrom(1n, TGAS, 10n * TGAS, 300n * TGAS);

const anyAction: fc.Arbitrary<Action> = fc.oneof(
  yocto.map((amount) => actions.transfer(amount)),
  fc.constant(actions.createAccount()),
  fc.constantFrom(...KEYS).map((key) => actions.addFullAccessKey(key)),
  fc
    .tuple(fc.constantFrom(...KEYS), yocto)
    .map(([key, allowance]) => actions.addFunctionCallAccessKey(key, CHOCO_TOKEN, [], allowance)),
  fc.constantFrom(...KEYS).map((key) => actions.deleteKey(key)),
  fc.constantFrom(...RECEIVERS).map((id) => actions.deleteAccount(id)),
  fc
    .tuple(
      fc.constantFrom(
        'storage_deposit',
        'storage_unregister',
        'ft_transfer',
        'ft_transfer_call',
        '',
      ),
      fc.constantFrom(...RECEIVERS),
      gas,
      yocto,
    )
    .map(([method, id, attached, deposit]) =>
      actions.functionCall(
        method,
        { account_id: id, receiver_id: id, amount: '5', msg: '', force: true },
        attached,
        deposit,
      ),
    ),
);

const anyTransaction: fc.Arbitrary<SignOptions> = fc.record({
  signerId: fc.constantFrom(...SIGNERS),
  receiverId: fc.constantFrom(...RECEIVERS),
  actions: fc.array(anyAction, { maxLength: 5 }),
});

function expectConserved(node: TestNode) {
  const totals = node.devnet.inspect().totals();
  expect(totals.balancesYocto + totals.inFlightYocto + totals.burntYocto).toBe(
    totals.genesisSupplyYocto,
  );
}

test('NEAR is conserved after every block, for any transactions', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(anyTransaction, fc.integer({ min: 0, max: 3 }), fc.boolean()), {
        minLength: 1,
        maxLength: 20,
      }),
      async (steps) => {
        const node = new TestNode();
        for (const [transaction, blocks, isReverted] of steps) {
          await node.send(node.sign(transaction), 'NONE');
          for (let i = 0; i < blocks; i++) {
            node.blocks(1);
            expectConserved(node);
          }
          if (!isReverted) continue;
          node.devnet.producer.revertHead('return');
          expectConserved(node);
        }
        for (let i = 0; i < 12 && !node.devnet.inspect().isQuiet; i++) node.blocks(1);
        expect(node.devnet.inspect().totals().inFlightYocto).toBe(0n);
        expectConserved(node);
      },
    ),
    { numRuns: 80 },
  );
});

test('outcomes never report more burnt than left the accounts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyTransaction, { minLength: 1, maxLength: 6 }), async (list) => {
      const node = new TestNode();
      for (const transaction of list) {
        await node.send(node.sign(transaction), 'NONE');
        node.blocks(8);
      }
      let burntYocto = 0n;
      for (const { record } of node.devnet.inspect().transactions()) {
        burntYocto += record.outcome.tokensBurntYocto;
        for (const { outcome } of record.receipts.values()) {
          burntYocto += outcome?.tokensBurntYocto ?? 0n;
        }
      }
      // Refunds to deleted accounts are lost, and appear in no outcome.
      expect(burntYocto).toBeLessThanOrEqual(node.devnet.inspect().totals().burntYocto);
    }),
    { numRuns: 50 },
  );
});
