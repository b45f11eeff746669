import { dayMs } from '../../core/engine-config.ts';

/** A block that was seen, and when by this machine's clock. */
export interface Sighting {
  height: number;
  timestampMs: number;
  atMs: number;
}

type Block = Omit<Sighting, 'atMs'>;

/** How much further a chain may have come since a sighting. */
interface Pace {
  leastBlockMs: number;
  slackBlocks: number;
}

/** NEAR makes a block in 600 ms; nobody's nodes agree on the newest block to less than some seconds. */
const usualPace: Pace = { leastBlockMs: 100, slackBlocks: 50 };
/** A local chain that makes blocks as fast as it can. */
const fastPace: Pace = { leastBlockMs: 5, slackBlocks: 1_000 };
/** nearcore takes no block from further in the future (`ACCEPTABLE_TIME_DIFFERENCE`). */
const timeSlackMs = 120_000;
/**
 * The clocks of workers may be wrong by hours, so that alone says little: but a block from the day
 * after tomorrow is dated falsely, or this machine cannot work with a chain at all.
 */
const clockLimitMs = dayMs;
/** A final block is 1 to 2 s old when it is asked for. */
const freshMs = 10_000;

/** Whether a block is dated further ahead than any clock may be wrong. */
export function isOfAnotherTime({ timestampMs }: Block, nowMs: number): boolean {
  return timestampMs > nowMs + clockLimitMs;
}

/** Whether the chain can have come from a sighting to this block in the time since. */
export function canFollow(block: Block, seen: Sighting, nowMs: number): boolean {
  return isWithin(usualPace, { block, seen, nowMs });
}

/** As {@link canFollow}, on a local chain without a pace of its own. */
export function canFollowFast(block: Block, seen: Sighting, nowMs: number): boolean {
  return isWithin(fastPace, { block, seen, nowMs });
}

function isWithin(
  { leastBlockMs, slackBlocks }: Pace,
  { block, seen, nowMs }: { block: Block; seen: Sighting; nowMs: number },
): boolean {
  // A clock that was set back says nothing of how long it was.
  const elapsedMs = Math.max(nowMs - seen.atMs, 0);
  return (
    block.height <= seen.height + slackBlocks + elapsedMs / leastBlockMs &&
    block.timestampMs <= seen.timestampMs + elapsedMs + timeSlackMs
  );
}

/** Whether another node's head is where a chain with this block has its own. */
export function agreesWith(head: Block, block: Block): boolean {
  return (
    head.height >= block.height - fastPace.slackBlocks &&
    head.timestampMs >= block.timestampMs - timeSlackMs
  );
}

/**
 * Whether a final block is so old that its node may stand still, or not have caught up. By the time of
 * the chain as it must be since it was last seen to go on; by this machine's clock as long as it was not.
 */
export function isOld({ timestampMs }: Block, seen: Sighting | null, nowMs: number): boolean {
  const chainNowMs = seen ? seen.timestampMs + (nowMs - seen.atMs) : nowMs;
  return chainNowMs - timestampMs > freshMs;
}

/** Whether one node's final block is so far behind another's that it is to be asked last. */
export function isBehind(block: Block, best: Block): boolean {
  return best.height > block.height && best.timestampMs - block.timestampMs > freshMs;
}
