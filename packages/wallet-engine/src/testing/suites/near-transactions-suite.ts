import type { FaultRule } from '@choonsim/near-devnet';
import { CHOCO_TOKEN, developmentKey, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import { beforeEach, describe, expect, it } from 'vitest';
import { yoctoPerNear } from '../../core/amounts.ts';
import type { NearAction, NearChain, TransactionAnswer } from '../../ports/near-chain.ts';
import { deliver, signAs } from '../development-signer.ts';
import type { World } from '../simulator/world/world.ts';

const receiverId = SERVICE_ACCOUNT;
const nothing: NearAction[] = [{ type: 'transfer', amountYocto: 0n }];

export function describeNearTransactions({
  create,
}: {
  create: () => Promise<{ chain: NearChain; world: World }>;
}): void {
  describe('given a transaction', () => {
    let chain: NearChain;
    let world: World;
    beforeEach(async () => {
      ({ chain, world } = await create());
    });
    /** Advances the clock until the answer arrives. */
    const answered = async (asking: Promise<TransactionAnswer>): Promise<TransactionAnswer> => {
      let answer: TransactionAnswer | undefined;
      asking.then(
        (given) => {
          answer = given;
        },
        () => undefined,
      );
      await world.clock.until(() => answer !== undefined, 60_000);
      return asking;
    };
    const everywhere = (transaction: { hash: string; signerId: string }) =>
      answered(
        chain.readTransactionEverywhere({ ...transaction, minFinalHeight: 0, reachBackTo: 1_000 }),
      );

    it('gets it into a block and returns its outcome once that is final', async () => {
      const signed = await signAs(world.devnet, { receiverId, actions: nothing });
      expect(await answered(chain.sendTransaction(signed))).toEqual({ kind: 'included' });
      const answer = await answered(chain.readTransaction(signed));
      expect(answer).toMatchObject({ kind: 'final', outcome: { succeeded: true, failure: null } });
      if (answer.kind !== 'final') return;
      expect(answer.outcome.gasBurnt).toBeGreaterThan(0n);
      expect(answer.outcome.burntYocto).toBeGreaterThan(0n);
      const { finalHeight, transaction } = world.devnet.inspect();
      expect(transaction(signed.hash)?.includedHeight).toBeLessThanOrEqual(finalHeight);
    });

    it('returns to the yocto what the signer lost, for every kind of transaction', async () => {
      const accountId = `ann.${SERVICE_ACCOUNT}`;
      const depositYocto = 1_250_000_000_000_000_000_000n;
      const call = (
        method: string,
        args: Record<string, unknown>,
        attached: bigint,
      ): NearAction => ({
        type: 'functionCall',
        method,
        args,
        gas: 10n ** 13n,
        depositYocto: attached,
      });
      const register = call(
        'storage_deposit',
        { account_id: accountId, registration_only: true },
        depositYocto,
      );
      const pay = call('ft_transfer', { receiver_id: accountId, amount: '1' }, 1n);
      const valueYocto = yoctoPerNear / 10n;
      const publicKey = developmentKey('ann').publicKey;
      const kinds: { receiverId: string; actions: NearAction[]; valueYocto: bigint }[] = [
        { receiverId, actions: nothing, valueYocto: 0n },
        {
          receiverId: accountId,
          actions: [
            { type: 'createAccount' },
            { type: 'transfer', amountYocto: valueYocto },
            { type: 'addFullAccessKey', publicKey },
          ],
          valueYocto,
        },
        { receiverId: CHOCO_TOKEN, actions: [register, pay], valueYocto: depositYocto + 1n },
        // Fails, and the deposit comes back.
        { receiverId: CHOCO_TOKEN, actions: [call('nothing_there', {}, 1n)], valueYocto: 0n },
      ];
      const balance = async () =>
        (await chain.viewAccount({ accountId: SERVICE_ACCOUNT }))?.amountYocto ?? 0n;
      for (const kind of kinds) {
        const before = await balance();
        const signed = await signAs(world.devnet, kind);
        await answered(chain.sendTransaction(signed));
        const answer = await answered(chain.readTransaction(signed));
        await world.clock.advance(6_000);
        if (answer.kind !== 'final') throw new Error(`not final but ${answer.kind}`);
        const lostYocto = before - (await balance()) - kind.valueYocto;
        expect(answer.outcome.burntYocto).toBe(lostYocto);
      }
    });

    it('returns the same outcome when the same bytes are sent again', async () => {
      const signed = await signAs(world.devnet, { receiverId, actions: nothing });
      await answered(chain.sendTransaction(signed));
      expect((await answered(chain.sendTransaction(signed))).kind).toMatch(/included|final/);
      await world.clock.advance(5_000);
      expect(await answered(chain.sendTransaction(signed))).toMatchObject({ kind: 'final' });
      expect(world.devnet.inspect().transactions()).toHaveLength(1);
    });

    it('returns a failed action with its error', async () => {
      const actions: NearAction[] = [{ type: 'createAccount' }];
      const signed = await signAs(world.devnet, { receiverId: `x.y.${SERVICE_ACCOUNT}`, actions });
      await answered(chain.sendTransaction(signed));
      const answer = await answered(chain.readTransaction(signed));
      if (answer.kind !== 'final') throw new Error(`not final but ${answer.kind}`);
      expect(answer.outcome.succeeded).toBe(false);
      expect(JSON.parse(String(answer.outcome.failure))).toMatchObject({
        index: 0,
        kind: { CreateAccountNotAllowed: {} },
      });
    });

    it('does not treat a rejection as an outcome', async () => {
      const { devnet, clock, faults } = world;
      const actions: NearAction[] = [{ type: 'transfer', amountYocto: 2_000_000n * yoctoPerNear }];
      const unpayable = await signAs(devnet, { receiverId: 'faucet.devnet', actions });
      expect(await chain.sendTransaction(unpayable)).toEqual({
        kind: 'rejected',
        reason: 'NotEnoughBalance',
      });
      const early = await signAs(devnet, { receiverId, actions: nothing });
      const later = await signAs(devnet, { receiverId, actions: nothing, noncesAhead: 2 });
      await deliver(devnet, later);
      await clock.advance(5_000);
      const reason = 'InvalidNonce';
      expect(await chain.sendTransaction(early)).toEqual({ kind: 'rejected', reason });
      const next = await signAs(devnet, { receiverId, actions: nothing });
      faults.add({ kind: 'expired', method: 'send_tx' });
      expect(await chain.sendTransaction(next)).toEqual({ kind: 'rejected', reason: 'Expired' });
      const broken = { ...next, signedBytes: 'AAAA' };
      expect((await chain.sendTransaction(broken)).kind).toBe('rejected');
      expect((await answered(chain.sendTransaction(next))).kind).toBe('included');
    });

    it('does not treat an invalid transaction in a block as an outcome: its bytes can still execute', async () => {
      const signed = await signAs(world.devnet, { receiverId, actions: nothing });
      world.faults.add({ kind: 'include-invalid', error: 'Expired' });
      expect((await answered(chain.sendTransaction(signed))).kind).toMatch(/included|rejected/);
      await world.clock.advance(3_000);
      expect(await answered(chain.readTransaction(signed))).toEqual({
        kind: 'rejected',
        reason: 'Expired',
      });
      await deliver(world.devnet, signed);
      await world.clock.advance(6_000);
      expect(await answered(chain.readTransaction(signed))).toMatchObject({
        kind: 'final',
        outcome: { succeeded: true },
      });
    });

    const accepting: [string, FaultRule][] = [
      ['a lost answer', { kind: 'drop-answer' }],
      ['a 408', { kind: 'http-status', status: 408, accept: true }],
      ['a 429', { kind: 'http-status', status: 429, text: 'slow down', accept: true }],
      ['a 500', { kind: 'http-status', status: 500, accept: true }],
      ['a 503', { kind: 'http-status', status: 503, accept: true }],
      ['plain text', { kind: 'plain-text', accept: true }],
      ['TIMEOUT_ERROR', { kind: 'timeout', accept: true }],
    ];
    it.each(accepting)(
      'never throws after %s, and does not know: it may have been taken',
      async (_name, fault) => {
        const signed = await signAs(world.devnet, { receiverId, actions: nothing });
        world.faults.add({ ...fault, method: 'send_tx' });
        expect(await answered(chain.sendTransaction(signed))).toEqual({ kind: 'pending' });
        world.faults.add({ ...fault, method: 'tx' });
        expect(await answered(chain.readTransaction(signed))).toEqual({ kind: 'pending' });
        await world.clock.advance(5_000);
        expect(await answered(chain.readTransaction(signed))).toMatchObject({ kind: 'final' });
      },
    );

    it('may get InvalidNonce although the transaction was accepted', async () => {
      const signed = await signAs(world.devnet, { receiverId, actions: nothing });
      world.faults.add({ kind: 'invalid-nonce', method: 'send_tx', accept: true });
      expect(await answered(chain.sendTransaction(signed))).toEqual({
        kind: 'rejected',
        reason: 'InvalidNonce',
      });
      await world.clock.advance(5_000);
      expect(await answered(chain.readTransaction(signed))).toMatchObject({ kind: 'final' });
    });

    it('does not know a hash that was never sent', async () => {
      const signed = await signAs(world.devnet, { receiverId, actions: nothing });
      const startedMs = world.clock.now();
      expect(await answered(chain.lookUpTransaction(signed))).toEqual({ kind: 'unknown' });
      expect(await everywhere(signed)).toEqual({ kind: 'unknown' });
      expect(world.clock.now()).toBe(startedMs);
      // A wait for FINAL returns nothing after ten seconds.
      expect(await answered(chain.readTransaction(signed))).toEqual({ kind: 'pending' });
      await deliver(world.devnet, signed);
      await world.clock.advance(5_000);
      expect(await everywhere(signed)).toMatchObject({ kind: 'final' });
    });

    it('has no outcome while the chain stands still', async () => {
      const signed = await signAs(world.devnet, { receiverId, actions: nothing });
      await answered(chain.sendTransaction(signed));
      world.devnet.producer.halt();
      const startedMs = world.clock.now();
      const answer = await answered(chain.readTransaction(signed));
      expect(['pending', 'included']).toContain(answer.kind);
      expect(world.clock.now() - startedMs).toBeLessThanOrEqual(15_000);
      world.devnet.producer.resume();
      await world.clock.advance(5_000);
      expect(await answered(chain.readTransaction(signed))).toMatchObject({ kind: 'final' });
    });
  });
}
