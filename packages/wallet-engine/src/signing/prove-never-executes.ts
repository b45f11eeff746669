import type { Clock } from '../core/clock.ts';
import { proofGapMs, validityBlocks } from '../core/engine-config.ts';
import type { NearChain, TransactionAnswer } from '../ports/near-chain.ts';
import type { StoredTransaction } from '../ports/transaction-ledger.ts';

/**
 * Whether a signed transaction can never execute. The order is the proof: only what a final block
 * shows first (its nonce spent, or its validity over) makes the later "unknown" mean "never will". In the
 * other order it could execute between the two questions.
 * @returns `never` when it is proven; `unproven` while it is not; or a node's answer for the hash.
 * @throws ServiceError when no endpoint answers: nothing is proven
 */
export async function proveNeverExecutes({
  transaction,
  chain,
  clock,
  signal,
}: {
  transaction: StoredTransaction;
  chain: NearChain;
  clock: Clock;
  signal: AbortSignal;
}): Promise<'never' | 'unproven' | TransactionAnswer> {
  const { hash, signerId, publicKey, nonce, referenceHeight } = transaction;
  const final = await chain.readFinalBlock();
  let provenAt: number | null = null;
  if (final.height > referenceHeight + validityBlocks) {
    // One node that is ahead, or claims to be, does not end the validity of a transaction.
    const agreed = await chain.readAgreedHeight();
    if (agreed > referenceHeight + validityBlocks) provenAt = agreed;
  }
  if (provenAt === null) {
    const key = await chain.viewAccessKey({ accountId: signerId, publicKey, confirmSpent: nonce });
    if (key && key.nonce >= nonce) provenAt = Math.max(key.height, final.height);
  }
  if (provenAt === null) return 'unproven';

  for (const asking of ['first', 'second']) {
    if (asking === 'second') await clock.sleep(proofGapMs, signal);
    if (signal.aborted) return 'unproven';
    const answer = await chain.readTransactionEverywhere({
      hash,
      signerId,
      minFinalHeight: provenAt,
      reachBackTo: referenceHeight,
    });
    if (answer.kind !== 'unknown') return answer;
  }
  return 'never';
}
