import { z } from 'zod';
import type { BlockProducer } from '../chain/block-producer.ts';
import { type Faults, requestFault } from '../rpc/faults.ts';

const chainFault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('halt') }),
  z.strictObject({ kind: z.literal('resume') }),
  z.strictObject({ kind: z.literal('skip-blocks'), blocks: z.int().positive().max(100_000) }),
  z.strictObject({ kind: z.literal('revert-head'), transactions: z.enum(['return', 'drop']) }),
  z.strictObject({ kind: z.literal('prune'), keepBlocks: z.int().nonnegative() }),
  z.strictObject({ kind: z.literal('clear') }),
]);

const faultRequests = z.array(
  z.discriminatedUnion('kind', [chainFault, requestFault], {
    error: 'not a kind of fault that the README of this package lists',
  }),
);

/**
 * Applies the body of `POST /devnet/faults`: one fault or a list of them, for requests or for the chain.
 * Returns the faults that are active afterwards, or an error text for an invalid body.
 */
export function applyFaultRequest(
  body: unknown,
  { faults, producer }: { faults: Faults; producer: BlockProducer },
): { faults: unknown } | { error: string } {
  const parsed = faultRequests.safeParse(Array.isArray(body) ? body : [body]);
  if (!parsed.success) return { error: z.prettifyError(parsed.error) };
  for (const fault of parsed.data) {
    switch (fault.kind) {
      case 'halt':
        producer.halt();
        break;
      case 'resume':
        producer.resume();
        break;
      case 'skip-blocks':
        producer.skipBlocks(fault.blocks);
        break;
      case 'revert-head':
        producer.revertHead(fault.transactions);
        break;
      case 'prune':
        producer.prune(fault.keepBlocks);
        break;
      case 'clear':
        faults.clear();
        break;
      default:
        faults.add(fault);
    }
  }
  return { faults: faults.list() };
}
