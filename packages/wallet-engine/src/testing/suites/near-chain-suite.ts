import {
  CHOCO_TOKEN,
  developmentKey,
  FAUCET_ACCOUNT,
  SERVICE_ACCOUNT,
  TEST_TOKEN,
} from '@choonsim/near-devnet';
import { beforeEach, describe, expect, it } from 'vitest';
import { hashToBase58 } from '../../../../near-devnet/src/bytes/hash.ts';
import { yoctoPerNear } from '../../core/amounts.ts';
import type { NearAction, NearChain } from '../../ports/near-chain.ts';
import { deliver, signAs } from '../development-signer.ts';
import type { World } from '../simulator/world/world.ts';
import { describeNearTransactions } from './near-transactions-suite.ts';

export interface NearChainUnderTest {
  name: string;
  /** A chain over a node whose clock and faults the tests control. */
  create: () => Promise<{ chain: NearChain; world: World }>;
}

/** The contract of {@link NearChain}, tested against a node. */
export function describeNearChain({ name, create }: NearChainUnderTest): void {
  describe(`a NEAR chain over ${name}`, () => {
    describeViews({ create });
    describeNearTransactions({ create });
  });
}

const registration = (accountId: string): NearAction => ({
  type: 'functionCall',
  method: 'storage_deposit',
  args: { account_id: accountId, registration_only: true },
  gas: 10n ** 13n,
  depositYocto: 1_250_000_000_000_000_000_000n,
});

function describeViews({ create }: Pick<NearChainUnderTest, 'create'>): void {
  describe('reads', () => {
    let chain: NearChain;
    let world: World;
    beforeEach(async () => {
      ({ chain, world } = await create());
    });
    const servicePublicKey = developmentKey(SERVICE_ACCOUNT).publicKey;
    const newId = `ann.${SERVICE_ACCOUNT}`;
    const newKey = developmentKey('ann').publicKey;

    it('return the genesis and the newest final block', async () => {
      const { finalHeight, finalBlockHash } = world.devnet.inspect();
      const final = await chain.readFinalBlock();
      expect(final).toMatchObject({ height: finalHeight, hash: hashToBase58(finalBlockHash) });
      const ageMs = world.clock.now() - final.timestampMs;
      expect(ageMs).toBeGreaterThan(0);
      expect(ageMs).toBeLessThan(5_000);
      const identity = await chain.requireChain({ genesisHash: null });
      expect(identity.chainId).toBe('devnet');
      await world.clock.advance(5_000);
      expect(await chain.requireChain({ genesisHash: identity.genesisHash })).toEqual(identity);
      expect((await chain.readFinalBlock()).height).toBeGreaterThan(finalHeight);
      await expect(chain.requireChain({ genesisHash: '1'.repeat(32) })).rejects.toMatchObject({
        code: 'WRONG_CHAIN',
      });
    });

    it('return accounts and keys, and null for missing ones', async () => {
      expect(await chain.viewAccount({ accountId: SERVICE_ACCOUNT })).toEqual({
        amountYocto: 1_000_000n * yoctoPerNear,
        spendableYocto: 1_000_000n * yoctoPerNear,
        height: world.devnet.inspect().finalHeight,
      });
      const view = { accountId: SERVICE_ACCOUNT, publicKey: servicePublicKey };
      expect(await chain.viewAccessKey(view)).toMatchObject({
        publicKey: servicePublicKey,
        fullAccess: true,
        height: world.devnet.inspect().finalHeight,
      });
      expect(await chain.viewAccessKeys(view)).toMatchObject([{ publicKey: servicePublicKey }]);
      expect(await chain.viewAccount({ accountId: newId })).toBeNull();
      expect(await chain.viewAccessKey({ ...view, publicKey: newKey })).toBeNull();
      expect(await chain.viewAccessKey({ accountId: newId, publicKey: newKey })).toBeNull();
      expect(await chain.viewAccessKeys({ accountId: newId })).toEqual([]);
    });

    it('at a height return the state of that height', async () => {
      const before = (await chain.readFinalBlock()).height;
      const actions: NearAction[] = [
        { type: 'createAccount' },
        { type: 'addFullAccessKey', publicKey: newKey },
      ];
      await deliver(world.devnet, await signAs(world.devnet, { receiverId: newId, actions }));
      await deliver(
        world.devnet,
        await signAs(world.devnet, {
          receiverId: CHOCO_TOKEN,
          actions: [registration(newId)],
          noncesAhead: 2,
        }),
      );
      await world.clock.advance(6_000);
      const { height: after } = await chain.readFinalBlock();
      const key = { accountId: newId, publicKey: newKey };
      const registered = { tokenContract: CHOCO_TOKEN, accountId: newId };
      expect(await chain.viewAccessKey({ ...key, atHeight: before })).toBeNull();
      expect(await chain.viewAccount({ ...key, atHeight: before })).toBeNull();
      expect(await chain.isRegistered({ ...registered, atHeight: before })).toBe(false);
      expect(await chain.viewAccessKey({ ...key, atHeight: after })).toMatchObject({
        fullAccess: true,
        height: after,
      });
      expect(await chain.viewAccount({ ...key, atHeight: after })).toMatchObject({
        amountYocto: 0n,
      });
      expect(await chain.isRegistered({ ...registered, atHeight: after })).toBe(true);
    });

    it('return nothing that is not final yet', async () => {
      const actions: NearAction[] = [{ type: 'createAccount' }];
      await deliver(world.devnet, await signAs(world.devnet, { receiverId: newId, actions }));
      const exists = () => world.devnet.inspect().account(newId) !== undefined;
      await world.clock.until(exists, 10_000);
      expect(await chain.viewAccount({ accountId: newId })).toBeNull();
      await world.clock.advance(2_000);
      expect(await chain.viewAccount({ accountId: newId })).not.toBeNull();
    });

    it('return token decimals, balances in base units, registrations', async () => {
      const token = { tokenContract: CHOCO_TOKEN };
      expect(await chain.viewTokenDecimals(token)).toBe(18);
      expect(await chain.viewTokenDecimals({ tokenContract: TEST_TOKEN })).toBe(6);
      expect(await chain.viewRegistrationDeposit(token)).toBe(125n * 10n ** 19n);
      const balance = (accountId: string) => chain.viewTokenBalance({ ...token, accountId });
      expect(await balance(SERVICE_ACCOUNT)).toBe(10n ** 27n);
      expect(await balance('nobody.near')).toBe(0n);
      expect(await chain.isRegistered({ ...token, accountId: SERVICE_ACCOUNT })).toBe(true);
      expect(await chain.isRegistered({ ...token, accountId: 'nobody.near' })).toBe(false);
    });

    it.each(['missing.near', FAUCET_ACCOUNT])(
      'finds no token at %s, and never takes that for a zero',
      async (tokenContract) => {
        const view = { tokenContract, accountId: SERVICE_ACCOUNT };
        const missing = { code: 'TOKEN_CONTRACT_MISSING', pause: 'TOKEN_CONTRACT_MISSING' };
        await expect(chain.viewTokenDecimals(view)).rejects.toMatchObject(missing);
        await expect(chain.viewRegistrationDeposit(view)).rejects.toMatchObject(missing);
        await expect(chain.viewTokenBalance(view)).rejects.toMatchObject(missing);
        await expect(chain.isRegistered(view)).rejects.toMatchObject(missing);
      },
    );

    const views: [string, (chain: NearChain) => Promise<unknown>][] = [
      ['requireChain', (each) => each.requireChain({ genesisHash: null })],
      ['readFinalBlock', (each) => each.readFinalBlock()],
      ['viewAccount', (each) => each.viewAccount({ accountId: SERVICE_ACCOUNT })],
      [
        'viewAccessKey',
        (each) => each.viewAccessKey({ accountId: SERVICE_ACCOUNT, publicKey: newKey }),
      ],
      ['viewAccessKeys', (each) => each.viewAccessKeys({ accountId: SERVICE_ACCOUNT })],
      [
        'isRegistered',
        (each) => each.isRegistered({ tokenContract: CHOCO_TOKEN, accountId: newId }),
      ],
      [
        'viewTokenBalance',
        (each) => each.viewTokenBalance({ tokenContract: CHOCO_TOKEN, accountId: newId }),
      ],
      ['viewTokenDecimals', (each) => each.viewTokenDecimals({ tokenContract: CHOCO_TOKEN })],
      [
        'viewRegistrationDeposit',
        (each) => each.viewRegistrationDeposit({ tokenContract: CHOCO_TOKEN }),
      ],
    ];
    const faults = [
      ['a broken connection', { kind: 'drop-request' }, 'NODE_UNREACHABLE'],
      ['a lost answer', { kind: 'drop-answer' }, 'NODE_UNREACHABLE'],
      ['a 503', { kind: 'http-status', status: 503 }, 'NODE_UNREACHABLE'],
      ['a 408', { kind: 'http-status', status: 408 }, 'NODE_UNREACHABLE'],
      ['plain text', { kind: 'plain-text' }, 'NODE_UNREACHABLE'],
      ['a 429', { kind: 'http-status', status: 429 }, 'RATE_LIMITED'],
    ] as const;
    it.each(faults)(
      'says whose fault it is, and reads nothing into it, after %s',
      async (_name, fault, code) => {
        for (const [, view] of views) {
          world.faults.add(fault);
          await expect(view(chain)).rejects.toMatchObject({ name: 'ServiceError', code });
          world.faults.clear();
        }
      },
    );
  });
}
