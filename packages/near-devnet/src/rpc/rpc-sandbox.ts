import type { BlockProducer } from '../chain/block-producer.ts';
import { readRecords } from './patch-request.ts';
import { parseError } from './rpc-error.ts';
import { RpcParams } from './rpc-params.ts';

// A hundred times the validity of a transaction; more is a mistake.
const MAX_FAST_FORWARD_BLOCKS = 10_000_000;

/** `sandbox_patch_state {records}` */
export function patchState(producer: BlockProducer, rawParams: unknown): object {
  producer.patch(readRecords(new RpcParams(rawParams).value('records')));
  return {};
}

/** `sandbox_fast_forward {delta_height}` */
export function fastForward(producer: BlockProducer, rawParams: unknown): object {
  const blocks = new RpcParams(rawParams).value('delta_height');
  const isWhole = typeof blocks === 'number' && Number.isSafeInteger(blocks) && blocks >= 0;
  if (!isWhole || blocks > MAX_FAST_FORWARD_BLOCKS) {
    throw parseError('Failed parsing args: invalid `delta_height`');
  }
  producer.fastForward(blocks);
  return {};
}
