import { dayMs } from '../../core/engine-config.ts';

/** A block that was seen, and the time of this machine's clock then. */
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

/** NEAR produces a block every 600 ms; nodes differ by some seconds about the newest block. */
const usualPace: Pace = { leastBlockMs: 100, slackBlocks: 50 };
/** A local chain that produces blocks as fast as it can. */
const fastPace: Pace = { leastBlockMs: 5, slackBlocks: 1_000 };
/** nearcore accepts no block from further in the future (`ACCEPTABLE_TIME_DIFFERENCE`). */
const timeSlackMs = 120_000;
/**
 * Clocks of workers may be wrong by hours. But a block dated more than a day ahead has a false timestamp, or
 * this machine's clock is useless for any chain.
 */
const clockLimitMs = dayMs;
/** A final block is 1 to 2 s old when it is queried. */
const freshMs = 10_000;

/** Whether a block is dated further ahead than a wrong clock can explain. */
export function isOfAnotherTime({ timestampMs }: Block, nowMs: number): boolean {
  return timestampMs > nowMs + clockLimitMs;
}

/** Whether the chain can have come from a sighting to this block in the time since. */
export function canFollow(block: Block, seen: Sighting, nowMs: number): boolean {
  return isWithin(usualPace, { block, seen, nowMs });
}

/** As {@link canFollow}, for a local chain without a fixed block time. */
export function canFollowFast(block: Block, seen: Sighting, nowMs: number): boolean {
  return isWithin(fastPace, { block, seen, nowMs });
}

function isWithin(
  { leastBlockMs, slackBlocks }: Pace,
  { block, seen, nowMs }: { block: Block; seen: Sighting; nowMs: number },
): boolean {
  // After a clock was set back the elapsed time is unknown.
  const elapsedMs = Math.max(nowMs - seen.atMs, 0);
  // The sighting itself may have been dated as far ahead as is accepted.
  const isDatedBack =
    block.height > seen.height && block.timestampMs < seen.timestampMs - timeSlackMs;
  return (
    block.height <= seen.height + slackBlocks + elapsedMs / leastBlockMs &&
    block.timestampMs <= seen.timestampMs + elapsedMs + timeSlackMs &&
    !isDatedBack
  );
}

/** Whether another node's head is consistent with a chain that has this block. */
export function agreesWith(head: Block, block: Block): boolean {
  return (
    head.height >= block.height - fastPace.slackBlocks &&
    head.timestampMs >= block.timestampMs - timeSlackMs
  );
}

/**
 * Whether a final block is so old that its node may be stalled or behind. Measured by the chain's time,
 * extrapolated from when it last advanced; by this machine's clock before it was seen to advance.
 */
export function isOld({ timestampMs }: Block, seen: Sighting | null, nowMs: number): boolean {
  const chainNowMs = seen ? seen.timestampMs + (nowMs - seen.atMs) : nowMs;
  return chainNowMs - timestampMs > freshMs;
}

/** Whether a node's final block is so far behind another's that the node is queried last. */
export function isBehind(block: Block, best: Block): boolean {
  return best.height > block.height && best.timestampMs - block.timestampMs > freshMs;
}
