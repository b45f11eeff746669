import type { Clock } from '../core/clock.ts';
import { ServiceError } from '../core/errors.ts';
import type { NearChain } from '../ports/near-chain.ts';
import { CommitRefusedError } from '../ports/transaction-ledger.ts';
import type { Signing } from '../signing/create-signing.ts';
import type { FarLeases } from '../signing/far-leases.ts';
import type { HeldLane } from '../signing/held-lane.ts';

/** Far above what a lost process can have signed on a lane, far below nearcore's upper bound. */
const fenceNonces = 1_000;
const lanePauseMs = 300;
/** A chain without a new final block for so long is halted. */
const movingLimitMs = 60_000;
const movingPauseMs = 1_000;
/** Three minutes: a lane whose own noop no node takes is free again after two. */
const fenceTries = 600;
/** Enough for a refused nonce: the lane is stuck, the next nonce is spent, the first is proven void. */
const fenceLimitMs = 360_000;

interface FenceParts {
  signing: Pick<Signing, 'pool' | 'signer'>;
  farLeases: FarLeases;
  chain: NearChain;
  clock: Clock;
}

/**
 * Spends on each lane a nonce above all that were signed, which makes every older signature of it void.
 * @throws ServiceError `CHAIN_HALTED`; `LANES_HELD` by another process; `NONCES_UNSPENT`
 */
export async function fenceLanes(laneNumbers: number[], parts: FenceParts): Promise<void> {
  const { pool } = parts.signing;
  await fence(laneNumbers, parts, (left) => {
    pool.setUsable(left);
    return pool.takeFree(left.length);
  });
}

/** The same for the account's own key, lane 0. */
export async function fenceOwnKey(parts: FenceParts): Promise<void> {
  const { pool } = parts.signing;
  await fence([0], parts, async () => {
    const ownKey = await pool.takeOwnKey();
    return ownKey ? [ownKey] : [];
  });
}

type Take = (laneNumbers: number[]) => Promise<HeldLane[]>;

async function fence(laneNumbers: number[], parts: FenceParts, take: Take): Promise<void> {
  await requireMovingChain(parts);
  // A process that was frozen meanwhile may have lost a lane: then nobody here spends its nonce.
  if (await isWithin(fenceLimitMs, parts.clock, spendNonces(laneNumbers, parts, take))) return;
  throw new ServiceError(
    'NONCES_UNSPENT',
    'not all nonces that transactions in flight could use are spent yet',
  );
}

async function spendNonces(
  laneNumbers: number[],
  { signing: { signer }, farLeases, clock }: FenceParts,
  take: Take,
): Promise<void> {
  const left = new Set(laneNumbers);
  for (let tries = 0; left.size > 0; tries += 1) {
    if (tries === fenceTries) {
      const message = `another process holds access keys (lanes ${[...left].join(', ')}) of the service account`;
      throw new ServiceError('LANES_HELD', message);
    }
    const taken = (await take([...left])).filter((lane) => left.has(lane.laneNumber));
    await Promise.all(
      taken.map(async (lane) => {
        lane.nonce += fenceNonces;
        // A noop that frees a stuck lane may have been signed at the same moment: then try again.
        const isSigned = await signer.signNoop(lane).then(
          () => true,
          (error: unknown) => {
            if (error instanceof CommitRefusedError && error.refusal === 'LANE_LOST') return false;
            throw error;
          },
        );
        if (isSigned) left.delete(lane.laneNumber);
      }),
    );
    if (left.size === 0) return;
    await farLeases.endThem();
    await clock.sleep(lanePauseMs);
  }
}

/** As two nodes show it, where two are configured: one may run ahead of a halted chain. */
async function requireMovingChain({ chain, clock }: FenceParts): Promise<void> {
  const untilMs = clock.now() + movingLimitMs;
  let first = 0;
  while (clock.now() < untilMs) {
    const height = await chain.readAgreedHeight().catch(() => 0);
    if (first > 0 && height > first) return;
    first ||= height;
    await clock.sleep(movingPauseMs);
  }
  throw new ServiceError('CHAIN_HALTED', 'the nodes show no new final block');
}

/** @returns false when the time is over first */
export async function isWithin(
  limitMs: number,
  clock: Clock,
  work: Promise<unknown>,
): Promise<boolean> {
  const over = new AbortController();
  const isDone = await Promise.race([
    work.then(() => true),
    clock.sleep(limitMs, over.signal).then(() => false),
  ]);
  over.abort();
  return isDone;
}
