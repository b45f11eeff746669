import type { FaultRule } from '@choonsim/near-devnet';
import type { SeededRandom } from '../../packages/wallet-engine/src/testing/simulator/world/seeded-random.ts';
import type { Decide, Mischief } from './hostile-node.ts';

type Make = (random: SeededRandom) => Omit<Mischief, 'name'>;
type Row = readonly [name: string, weight: number, make: Make];

const fault =
  (make: (random: SeededRandom) => FaultRule): Make =>
  (random) => ({ fault: make(random) });
const late = (random: SeededRandom) => random.between(1_000, 12_000);
const broken = [undefined, null, {}, [], '', -1, 'Started', '9'.repeat(50)] as const;
const fields = [
  'result.status',
  'result.final_execution_status',
  'result.transaction',
  'result.transaction.hash',
  'result.transaction_outcome',
  'result.transaction_outcome.outcome.gas_burnt',
  'result.receipts_outcome',
  'result.receipts_outcome.0.outcome.tokens_burnt',
  'result.header.height',
  'result.header.hash',
  'result.header.timestamp',
  'result.nonce',
  'result.permission',
  'result.amount',
  'result.keys',
  'result.result',
  'result.block_height',
  'result',
  'id',
] as const;

/** Faults of any request. */
const anywhere: readonly Row[] = [
  ['delay', 6, fault((random) => ({ kind: 'delay', delayMs: random.between(50, 2_500) }))],
  ['drop request', 3, fault(() => ({ kind: 'drop-request' }))],
  ['drop answer', 3, fault(() => ({ kind: 'drop-answer' }))],
  [
    'HTTP error',
    4,
    fault((random) => ({
      kind: 'http-status',
      status: random.pick([403, 408, 429, 500, 502, 503]),
      accept: random.chance(0.5),
    })),
  ],
  [
    'HTML',
    2,
    fault((random) => ({ kind: 'plain-text', text: '<html>', accept: random.chance(0.5) })),
  ],
  [
    "a provider's error",
    3,
    fault((random) => ({
      kind: 'rpc-error',
      code: random.pick([-429, -32_005, -32_007, -32_029]),
      accept: random.chance(0.5),
    })),
  ],
  [
    "a node's error about itself",
    3,
    fault((random) => ({
      kind: 'node-error',
      name: random.pick([
        'NO_SYNCED_BLOCKS',
        'NOT_SYNCED_YET',
        'UNAVAILABLE_SHARD',
        'INTERNAL_ERROR',
      ]),
    })),
  ],
  [
    'crossed, with our id',
    5,
    fault((random) => ({ kind: 'crossed-reply', accept: random.chance(0.5) })),
  ],
  ['crossed, with its id', 3, fault(() => ({ kind: 'crossed-reply', id: 'own' }))],
  [
    'misshapen',
    4,
    fault((random) => ({
      kind: 'misshapen',
      path: random.pick(fields),
      value: random.pick(broken),
    })),
  ],
  ['huge', 1, fault(() => ({ kind: 'huge-reply', bytes: 3_000_000 }))],
  ['doubled', 3, () => ({ isDoubled: true })],
  ['stale', 3, () => ({ isStale: true })],
  ['cut', 3, (random) => ({ cut: random.pick(['broken', 'whole']) })],
  [
    'future block',
    2,
    fault(() => ({ kind: 'future-block', aheadMs: 10 ** 9, aheadBlocks: 100_000 })),
  ],
];

/**
 * Not to `block`: a reference that no node of this chain knows costs nothing, but the proof that its transaction can
 * never execute takes longer than a run may.
 */
const ofElsewhere: readonly Row[] = [
  ['foreign chain', 3, fault(() => ({ kind: 'foreign-chain' }))],
];

/** Faults of one method, more frequent than the others. */
const ofMethod: Readonly<Record<string, readonly Row[]>> = {
  status: ofElsewhere,
  send_tx: [
    ...ofElsewhere,
    [
      'late, nothing heard',
      6,
      (random) => ({ lateMs: late(random), fault: { kind: 'drop-request' } }),
    ],
    [
      "late, another's outcome",
      8,
      (random) => ({ lateMs: late(random), fault: { kind: 'other-transaction' } }),
    ],
    ['late, crossed', 6, (random) => ({ lateMs: late(random), fault: { kind: 'crossed-reply' } })],
    ['used nonce', 4, fault((random) => ({ kind: 'invalid-nonce', accept: random.chance(0.5) }))],
    ['expired', 3, fault((random) => ({ kind: 'expired', accept: random.chance(0.5) }))],
    ['timeout', 3, fault(() => ({ kind: 'timeout', accept: true }))],
  ],
  tx: [
    ...ofElsewhere,
    ["another's outcome", 8, fault(() => ({ kind: 'other-transaction' }))],
    ['denied', 6, fault(() => ({ kind: 'unknown-transaction' }))],
    ['timeout', 3, fault(() => ({ kind: 'timeout' }))],
  ],
  query: [
    ...ofElsewhere,
    [
      'broken contract cache',
      3,
      fault(() => ({
        kind: 'view-error',
        error: 'wasm execution failed with error: CacheError(ReadError)',
      })),
    ],
  ],
};

/** Draws a fault for this share of all requests. */
export function atRandom(random: SeededRandom, share: number): Decide {
  return ({ method }) => {
    if (!random.chance(share)) return null;
    const rows = [...anywhere, ...(ofMethod[method] ?? [])];
    let left = random.next() * rows.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight, make] of rows) {
      left -= weight;
      if (left < 0) return { name, ...make(random) };
    }
    return null;
  };
}
