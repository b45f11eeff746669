import { describe, expect, it } from 'vitest';
import { proofGapMs, validityBlocks } from '../core/engine-config.ts';
import { ServiceError } from '../core/errors.ts';
import type { NearChain, TransactionAnswer } from '../ports/near-chain.ts';
import type { StoredTransaction } from '../ports/transaction-ledger.ts';
import { VirtualClock } from '../testing/simulator/world/virtual-clock.ts';
import { proveNeverExecutes } from './prove-never-executes.ts';

const transaction: StoredTransaction = {
  hash: 'hash',
  signerId: 'service.near',
  publicKey: 'ed25519:lane',
  nonce: 20,
  receiverId: 'token.near',
  signedBytes: '',
  referenceHeight: 1_000,
  purpose: 'REWARD',
  status: 'SIGNED',
  failure: null,
};
const expiredHeight = transaction.referenceHeight + validityBlocks + 1;

interface Scene {
  finalHeight?: number;
  /** What two nodes have reached; as `finalHeight` unless given. */
  agreedHeight?: number;
  /** The key's nonce at its final block; null: no such key. */
  key?: { nonce: number; height: number } | null;
  answers?: (TransactionAnswer | Error)[];
}

/** A chain that answers only the queries of the proof, in order. */
function prove({
  finalHeight = 1_010,
  agreedHeight = finalHeight,
  key = { nonce: 19, height: 1_010 },
  answers = [],
}: Scene) {
  const clock = new VirtualClock();
  const stopping = new AbortController();
  const startedMs = clock.now();
  const asked: string[] = [];
  const everywhere: { atMs: number; minFinalHeight: number; reachBackTo: number }[] = [];
  const chain: Pick<
    NearChain,
    'readFinalBlock' | 'readAgreedHeight' | 'viewAccessKey' | 'readTransactionEverywhere'
  > = {
    async readAgreedHeight() {
      return agreedHeight;
    },
    async readFinalBlock() {
      asked.push('final block');
      return { height: finalHeight, hash: 'h', timestampMs: 0 };
    },
    async viewAccessKey({ confirmSpent }) {
      asked.push('nonce');
      // One node's word that it is spent would have living bytes signed for again.
      expect(confirmSpent).toBe(transaction.nonce);
      return key && { ...key, publicKey: transaction.publicKey, fullAccess: true };
    },
    async readTransactionEverywhere({ minFinalHeight, reachBackTo }) {
      asked.push('hash');
      everywhere.push({ atMs: clock.now() - startedMs, minFinalHeight, reachBackTo });
      const answer = answers.shift() ?? { kind: 'unknown' };
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const proof = proveNeverExecutes({
    transaction,
    // Any other question would fail the test: it is no part of a proof.
    chain: chain as NearChain,
    clock,
    signal: stopping.signal,
  });
  const ended = async () => {
    const settled = proof.catch(() => undefined);
    while (await clock.step());
    await settled;
    return proof;
  };
  return { ended, asked, everywhere, clock, stopping };
}

describe('a proof that a transaction can never execute', () => {
  it('needs a spent nonce or the end of validity: without, the hash is not even asked for', async () => {
    const { ended, asked } = prove({ finalHeight: expiredHeight - 1 });
    expect(await ended()).toBe('unproven');
    expect(asked).not.toContain('hash');
  });

  it.each([20, 21])(
    'starts with the nonce at a final block (%i), and only then asks for the hash, twice',
    async (nonce) => {
      const { ended, asked, everywhere } = prove({ key: { nonce, height: 1_012 } });
      expect(await ended()).toBe('never');
      expect(asked).toEqual(['final block', 'nonce', 'hash', 'hash']);
      const [first, second] = everywhere;
      expect(first).toMatchObject({ minFinalHeight: 1_012, reachBackTo: 1_000 });
      expect(second).toMatchObject({ minFinalHeight: 1_012, reachBackTo: 1_000 });
      expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(proofGapMs);
      expect(proofGapMs).toBeGreaterThanOrEqual(60_000);
    },
  );

  it('refers to the newest block that it rests on, whichever node showed it', async () => {
    const { ended, everywhere } = prove({ finalHeight: 1_010, key: { nonce: 20, height: 1_002 } });
    expect(await ended()).toBe('never');
    expect(everywhere[0]?.minFinalHeight).toBe(1_010);
  });

  it('starts with the end of validity, whatever the nonce', async () => {
    const { ended, everywhere } = prove({ finalHeight: expiredHeight, key: null });
    expect(await ended()).toBe('never');
    expect(everywhere).toHaveLength(2);
    expect(everywhere[0]?.minFinalHeight).toBe(expiredHeight);
  });

  it('is not given by the end of validity at a single node', async () => {
    const agreedHeight = expiredHeight - 1;
    const { ended, asked } = prove({ finalHeight: expiredHeight, agreedHeight, key: null });
    expect(await ended()).toBe('unproven');
    expect(asked).not.toContain('hash');
  });

  it('is not given when the key is gone: nothing shows that its nonce was spent', async () => {
    expect(await prove({ key: null }).ended()).toBe('unproven');
  });

  const answers: TransactionAnswer[] = [
    { kind: 'included' },
    { kind: 'pending' },
    {
      kind: 'final',
      outcome: { succeeded: true, failure: null, gasBurnt: 1n, burntYocto: 1n },
    },
  ];
  it.each(answers)(
    'ends with what a node knows, the first time or the second: $kind',
    async (answer) => {
      const spent = { nonce: 20, height: 1_012 };
      expect(await prove({ key: spent, answers: [answer] }).ended()).toEqual(answer);
      const second = prove({ key: spent, answers: [{ kind: 'unknown' }, answer] });
      expect(await second.ended()).toEqual(answer);
    },
  );

  it('is not given while no node answers', async () => {
    const fault = new ServiceError('NODE_UNREACHABLE', 'gone');
    const scene = prove({ key: { nonce: 20, height: 1_012 }, answers: [fault] });
    await expect(scene.ended()).rejects.toBe(fault);
  });

  it('is not given when the process stops between the two queries', async () => {
    const { ended, everywhere, clock, stopping } = prove({ key: { nonce: 20, height: 1_012 } });
    await clock.advance(10_000);
    stopping.abort();
    expect(await ended()).toBe('unproven');
    expect(everywhere).toHaveLength(1);
  });
});
