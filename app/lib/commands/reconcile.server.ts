import type { PauseReason } from '#engine/core/errors.ts';
import { type Comparison, walletDifferences } from '#engine/operations/compare-with-chain.ts';
import type { ReconcileReport } from '#engine/operations/reconcile.ts';
import { pauseRemedies } from '../near/remedies.ts';
import { operatorStore, walletReconciler } from '../near/wallet-engine.server.ts';
import { type CommandResult, table } from './command.ts';

/** Compares the database with the chain; changes it only with --adopt. */
export async function reconcile({
  actor,
  onProgress,
  ...options
}: {
  actor: string;
  adopt: boolean;
  adoptRegistered: boolean;
  unfinishedOnly: boolean;
  onProgress: (line: string) => void;
}): Promise<CommandResult> {
  const report = await walletReconciler().run({
    ...options,
    onProgress: ({ transactions, wallets }) =>
      onProgress(`${transactions} transactions and ${wallets} wallets compared`),
  });
  if (report.adoption) {
    const { rewardsAdopted, ...rest } = report.adoption;
    await operatorStore().record({
      actor,
      action: 'RECONCILE',
      userId: null,
      detail: { ...rest, rewardsAdopted: rewardsAdopted.length },
      nowMs: Date.now(),
    });
  }
  const { comparison, adoption } = report;
  const isClean = adoption
    ? adoption.setAside.length === 0 && adoption.paused === null
    : countOf(comparison) === 0;
  return { text: wordsOf(report), json: report, exitCode: isClean ? 0 : 1 };
}

/** A changed balance is not an error. */
function countOf({ lanes, transactions, wallets }: Comparison): number {
  const serious = wallets.differences.filter(({ difference }) => difference !== 'BALANCE_DIFFERS');
  return lanes.differences.length + transactions.differences.length + serious.length;
}

function wordsOf({ comparison, adoption }: ReconcileReport): string {
  const { lanes, transactions, wallets, finalHeight, unknownTransactions } = comparison;
  const lines = [
    `Compared at final block ${finalHeight}: ${lanes.compared} lanes, ${transactions.compared} transactions (${transactions.unverifiable} older than the nodes' history), ${wallets.compared} wallets.`,
    table([
      ...lanes.differences.map(({ laneNumber, storedNonce, chainNonce }) => [
        `lane ${laneNumber}`,
        storedNonce === null ? 'NOT_RECORDED' : 'BEHIND',
        `nonce ${storedNonce ?? '-'} recorded, ${chainNonce} on chain`,
      ]),
      ...transactions.differences.map(({ hash, purpose, stored, chain }) => [
        `transaction ${hash}`,
        `${purpose} ${stored}`,
        `${chain} on chain`,
      ]),
      ...wallets.differences.map(({ accountId, difference, detail }) => [
        accountId,
        difference,
        `${walletDifferences[difference]} ${detail}`,
      ]),
    ]),
  ];
  if (unknownTransactions > 0) {
    lines.push(
      `The chain has at least ${unknownTransactions} transactions that this database does not know.`,
      'Wallets requested after this copy was made are on chain, but their keys are lost with the newer database; their users will get new wallets.',
    );
  }
  if (adoption) {
    const { lanesFenced, rewardsAdopted, setAside, paused } = adoption;
    lines.push(
      `Adopted ${rewardsAdopted.length} rewards found on chain; spent the nonces of ${lanesFenced} access keys (lanes), so that no unknown transaction still in flight can execute.`,
      ...setAside.map((accountId) => `Set aside, no reward will be paid: ${accountId}`),
      paused
        ? `Signing is still paused: ${paused}. ${pauseRemedies[paused as PauseReason]}`
        : 'Signing goes on as soon as servers and workers run.',
    );
  } else if (lanes.differences.length > 0) {
    lines.push('To continue with this database: stop all processes, then run reconcile --adopt.');
  } else if (countOf(comparison) === 0) {
    lines.push('Nothing differs.');
  }
  return lines.filter(Boolean).join('\n');
}
