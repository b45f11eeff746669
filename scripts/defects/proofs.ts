import type { ProtocolDefect } from './protocol-defect.ts';

const wronglyDead = /is DEAD, on chain it is|was declared dead while it could still execute/;

/** The proof that a transaction can never execute. */
export const proofsDefects: ProtocolDefect[] = [
  {
    name: 'sign again after a timeout',
    reportedAs: wronglyDead,
    file: 'signing/settle-step.ts',
    find: `if (state.answer?.kind === 'pending') return lookWhetherStuck(state, nowMs);
      return stepTo(state, { kind: 'prove' });`,
    replace: `return stepTo(state, { kind: 'declare dead' });`,
  },
  {
    name: 'prove with the hash queried before the nonce',
    reportedAs: wronglyDead,
    file: 'signing/prove-never-executes.ts',
    find: `  const final = await chain.readFinalBlock();`,
    replace: `  const early = await chain.readTransactionEverywhere({ hash, signerId, minFinalHeight: 0, reachBackTo: referenceHeight });
  if (early.kind !== 'unknown') return early;
  const final = await chain.readFinalBlock();
  if (final.height <= referenceHeight + validityBlocks) {
    const key = await chain.viewAccessKey({ accountId: signerId, publicKey });
    if (!key || key.nonce < nonce) return 'unproven';
  }
  if (!signal.aborted) return 'never';`,
  },
  {
    name: 'prove by a single UNKNOWN',
    reportedAs: wronglyDead,
    file: 'signing/prove-never-executes.ts',
    find: `  if (provenAt === null) return 'unproven';`,
    replace: `  provenAt ??= final.height;`,
    also: [
      {
        file: 'signing/prove-never-executes.ts',
        find: `['first', 'second']`,
        replace: `['first']`,
      },
    ],
  },
  {
    name: 'prove by two queries at the same moment',
    reportedAs: wronglyDead,
    file: 'signing/prove-never-executes.ts',
    find: `if (asking === 'second') await clock.sleep(proofGapMs, signal);`,
    replace: '',
  },
  {
    name: 'count the denial of a node that lags or has pruned',
    reportedAs: wronglyDead,
    event: 'history pruned everywhere',
    file: 'adapters/near-rpc/near-transactions.ts',
    find: `return { kind: isQualified ? 'denied' : 'not-qualified' };`,
    replace: `return { kind: 'denied' };`,
  },
  {
    name: 'query the hash only where a denial counts',
    reportedAs: wronglyDead,
    event: 'node lost its index',
    file: 'adapters/near-rpc/near-transactions.ts',
    find: `if (answer.kind === 'final' || answer.kind === 'included') {`,
    replace: `if (final.height >= asked.minFinalHeight && (answer.kind === 'final' || answer.kind === 'included')) {`,
  },
  {
    name: 'accept any height and any time',
    reportedAs: wronglyDead,
    lie: 'jumps ahead',
    event: 'long halt',
    file: 'adapters/near-rpc/chain-pace.ts',
    find: `  return (
    block.height <= seen.height`,
    replace: `  return (
    block.height >= 0 || block.height <= seen.height`,
    also: [
      {
        file: 'adapters/near-rpc/chain-pace.ts',
        find: 'return timestampMs > nowMs + clockLimitMs;',
        replace: 'return timestampMs > nowMs * 9;',
      },
      // Where there is a second node, its height protects from a jump as well.
      {
        file: 'signing/prove-never-executes.ts',
        find: 'const agreed = await chain.readAgreedHeight();',
        replace: 'const agreed = final.height;',
      },
    ],
  },
  {
    name: 'accept a spent nonce that only one node reports',
    reportedAs: wronglyDead,
    event: 'long halt',
    file: 'signing/prove-never-executes.ts',
    find: ', confirmSpent: nonce });',
    replace: ' });',
    lie: 'nonces too high',
  },
  {
    name: 'expire by the height of a single node',
    reportedAs: wronglyDead,
    lie: 'runs ahead of the chain',
    event: 'validity nearly over',
    file: 'signing/prove-never-executes.ts',
    find: 'const agreed = await chain.readAgreedHeight();',
    replace: 'const agreed = final.height;',
  },
  {
    name: 'agree on the greatest height that any node reports',
    reportedAs: wronglyDead,
    lie: 'runs ahead of the chain',
    event: 'validity nearly over',
    file: 'adapters/near-rpc/final-blocks.ts',
    find: 'return heights[ours.length === 1 ? 0 : 1] ?? 0;',
    replace: 'return heights[0] ?? 0;',
  },
];
