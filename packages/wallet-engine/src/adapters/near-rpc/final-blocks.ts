import type { Clock } from '../../core/clock.ts';
import type { FinalBlock, NearChain } from '../../ports/near-chain.ts';
import {
  agreesWith,
  canFollow,
  canFollowFast,
  isBehind,
  isOfAnotherTime,
  isOld,
  type Sighting,
} from './chain-pace.ts';
import { type ChainNode, faultOf, type NearEndpoints } from './near-endpoints.ts';
import { type NodeStatus, readBlock } from './near-reply.ts';
import type { RpcQuestion } from './rpc-endpoint.ts';
import { NoAnswerError } from './rpc-reply.ts';

export const finalBlockQuestion: RpcQuestion<FinalBlock> = {
  method: 'block',
  params: { finality: 'final' },
  timeoutMs: 5_000,
  read: readBlock,
};

export interface FinalBlocks {
  /**
   * The newest final block seen until now, of a node that goes on with the chain where there is one.
   * @throws ServiceFault when no endpoint gives one that can be believed
   */
  read(): Promise<FinalBlock>;
  /** One endpoint's. @throws NoAnswerError, `implausible` when the chain cannot have come so far */
  readOf(node: ChainNode): Promise<FinalBlock>;
  /** See {@link NearChain.readAgreedHeight}. */
  readAgreedHeight(): Promise<number>;
}

/** What the only node that answers goes on saying for so long is how things are. */
const insistMs = 10_000;
/** One that stood still may have caught up. */
const lookAgainMs = 60_000;
/** A head that has not moved for so long contradicts nobody. */
const standsStillMs = 60_000;
/** An endpoint without a word or without a new block for so long is waited for no more. */
const waitForSecondMs = 600_000;

/** What the next blocks are held against, and whether another endpoint has been there. */
interface Ground {
  seen: Sighting;
  isConfirmed: boolean;
}

interface Reading {
  node: ChainNode;
  block: FinalBlock;
  ground: Ground;
}

/** Final blocks, held against each other, the time between them and the nodes' own heads. */
export function createFinalBlocks({
  endpoints,
  clock,
}: {
  endpoints: NearEndpoints;
  clock: Pick<Clock, 'now'>;
}): FinalBlocks {
  let newest: { block: FinalBlock; seen: Sighting } | null = null;
  /**
   * What the next blocks are held against. It moves with what another endpoint confirms, and with every
   * block only where there is no other: a little more at each reading would else be any height.
   */
  let anchor: Ground | null = null;
  let claim: { node: ChainNode; seen: Sighting; sinceMs: number } | null = null;
  /** Since when all blocks are below the newest one seen, and the first of them. */
  let below: { height: number; sinceMs: number } | null = null;
  let lookedAgainAtMs = clock.now();
  /** The highest block or head of each endpoint, and since when it is that. */
  const pulses = new Map<ChainNode, { height: number; atMs: number }>();

  const sighted = ({ height, timestampMs }: FinalBlock): Sighting => ({
    height,
    timestampMs,
    atMs: clock.now(),
  });

  const headOf = ({ headHeight, headAtMs }: NodeStatus): Sighting => ({
    height: headHeight,
    timestampMs: headAtMs,
    atMs: clock.now(),
  });

  const feel = (node: ChainNode, height: number): void => {
    const last = pulses.get(node);
    if (!last || height > last.height) pulses.set(node, { height, atMs: clock.now() });
  };

  const hasStoodStill = (node: ChainNode, forMs: number): boolean => {
    const last = pulses.get(node);
    return last !== undefined && Math.abs(clock.now() - last.atMs) >= forMs;
  };

  const accept = ({ node, block, ground }: Reading): FinalBlock => {
    if (claim?.node === node) claim = null;
    anchor = ground;
    // Of several endpoints one may lag: what was seen final stays final, and a view pinned to it
    // fails at that endpoint instead of showing an older state.
    if (!newest || block.height >= newest.block.height) below = null;
    else below ??= { height: block.height, sinceMs: clock.now() };
    // Unless the chain goes on for long and never comes there: then it was none of its blocks.
    const isFalse =
      below !== null && block.height > below.height && clock.now() - below.sinceMs >= standsStillMs;
    if (isFalse) below = null;
    if (!newest || block.height > newest.block.height || isFalse) {
      newest = { block, seen: sighted(block) };
    }
    return newest.block;
  };

  /** Heads of the other endpoints that go on, by their own word just now. */
  const readHeads = async (node: ChainNode, block: FinalBlock): Promise<Sighting[]> => {
    const heads = await Promise.all(
      endpoints.nodes.map(async (other) => {
        if (other === node) return null;
        const status = await endpoints.prove(other).catch(() => null);
        if (!status || status.isSyncing) return null;
        const head = headOf(status);
        feel(other, head.height);
        const isBehindUs = isOld(head, null, clock.now()) && isBehind(head, block);
        return isBehindUs || hasStoodStill(other, standsStillMs) ? null : head;
      }),
    );
    return heads.filter((head) => head !== null);
  };

  /** @returns what others confirm of the block; `unheard` when no other that goes on says anything */
  const hearOthers = async (
    node: ChainNode,
    block: FinalBlock,
  ): Promise<Ground | 'contradicted' | 'unheard'> => {
    const heads = await readHeads(node, block);
    const agreeing = heads.filter((head) => agreesWith(head, block));
    if (agreeing.length === 0) return heads.length > 0 ? 'contradicted' : 'unheard';
    const reached = [sighted(block), ...agreeing];
    const seen = reached.reduce((low, each) => (each.height < low.height ? each : low));
    return { seen, isConfirmed: true };
  };

  const isAlone = () => endpoints.nodes.length === 1;

  /** Whether it is the chain that has made a leap, and not this node that says so. */
  const findLeap = async (node: ChainNode, block: FinalBlock): Promise<Ground | null> => {
    // Its own head first: what contradicts that is no more than one false reply.
    const head = headOf(await endpoints.prove(node));
    if (!canFollow(block, head, clock.now())) return null;
    const alone = { seen: sighted(block), isConfirmed: false };
    if (isAlone() && (!anchor || canFollowFast(block, anchor.seen, clock.now()))) return alone;
    const heard = await hearOthers(node, block);
    if (heard === 'contradicted') return null;
    if (heard !== 'unheard') return heard;
    // At the first reading of all, who stands alone is believed until another speaks.
    return anchor === null || isInsistedOn(node, block) ? alone : null;
  };

  const isInsistedOn = (node: ChainNode, block: FinalBlock): boolean => {
    const isSame =
      claim?.node === node &&
      block.height >= claim.seen.height &&
      canFollowFast(block, claim.seen, clock.now());
    const sinceMs = isSame && claim ? claim.sinceMs : clock.now();
    claim = { node, seen: sighted(block), sinceMs };
    return clock.now() - sinceMs >= insistMs;
  };

  /** @returns what the blocks after this one are held against */
  const requirePlausible = async (node: ChainNode, block: FinalBlock): Promise<Ground> => {
    if (!isOfAnotherTime(block, clock.now())) {
      const isInLine = anchor !== null && canFollow(block, anchor.seen, clock.now());
      if (isInLine && anchor) return isAlone() ? { ...anchor, seen: sighted(block) } : anchor;
      const ground = await findLeap(node, block);
      if (ground) return ground;
    }
    const error = new NoAnswerError(
      'implausible',
      `a final block ${block.height} of ${new Date(block.timestampMs).toISOString()}; seen was ${newest?.block.height ?? 'none'}`,
    );
    endpoints.disbelieve(node, finalBlockQuestion.method, error);
    throw error;
  };

  const readNow = async (node: ChainNode): Promise<Reading> => {
    const block = await endpoints.askNode(node, finalBlockQuestion);
    const ground = await requirePlausible(node, block);
    feel(node, block.height);
    return { node, block, ground };
  };

  const readOf = async (node: ChainNode): Promise<FinalBlock> => (await readNow(node)).block;

  /** Once a minute what others say is heard: what nobody had confirmed is forgotten when they contradict. */
  const lookForWitness = async (block: FinalBlock): Promise<void> => {
    const [first, ...others] = endpoints.inOrder();
    if (!first || others.every(({ endpoint }) => endpoint.isBroken)) return;
    const heard = await hearOthers(first, block);
    if (heard === 'unheard') return;
    if (heard !== 'contradicted') anchor = heard;
    else if (!anchor?.isConfirmed) {
      newest = null;
      anchor = null;
    }
  };

  /** Nodes that were behind, once a minute: others are asked as long as they are. */
  const lookAgain = async (best: FinalBlock): Promise<void> => {
    if (clock.now() - lookedAgainAtMs < lookAgainMs) return;
    lookedAgainAtMs = clock.now();
    await lookForWitness(best);
    const behind = endpoints.inOrder().filter((node) => node.isBehind && !node.endpoint.isBroken);
    await Promise.all(
      behind.map(async (node) => {
        const block = await readOf(node).catch(() => null);
        if (block) node.isBehind = isBehind(block, best);
      }),
    );
  };

  const heightOf = async (node: ChainNode): Promise<{ node: ChainNode; height: number | null }> => {
    try {
      return { node, height: (await readOf(node)).height };
    } catch (error) {
      if (NoAnswerError.from(error).kind === 'foreign') return { node, height: null };
      // From now on it is waited for.
      if (!pulses.has(node)) feel(node, 0);
      return { node, height: 0 };
    }
  };

  return {
    readOf,

    async readAgreedHeight() {
      await endpoints.agreement();
      const said = await Promise.all(endpoints.inOrder().map(heightOf));
      const ours = said.flatMap(({ node, height }) => (height === null ? [] : [{ node, height }]));
      const goingOn = ours.filter(({ node }) => !hasStoodStill(node, waitForSecondMs));
      const heights = ours.map(({ height }) => height).sort((one, other) => other - one);
      const [only] = goingOn;
      if (only && goingOn.length === 1) return only.height;
      return heights[ours.length === 1 ? 0 : 1] ?? 0;
    },

    async read() {
      await endpoints.agreement();
      const errors: NoAnswerError[] = [];
      const old: Reading[] = [];
      let fresh: Reading | null = null;
      for (const node of endpoints.inOrder()) {
        try {
          const reading = await readNow(node);
          const isSyncing = node.proof?.status.isSyncing === true;
          if (!isSyncing && !isOld(reading.block, newest?.seen ?? null, clock.now())) {
            fresh = reading;
            node.isBehind = false;
            break;
          }
          old.push(reading);
        } catch (error) {
          errors.push(NoAnswerError.from(error));
        }
      }
      const [first, ...more] = [...(fresh ? [fresh] : []), ...old];
      if (!first) throw faultOf(finalBlockQuestion.method, errors);
      const best = more.reduce(
        (most, one) => (one.block.height > most.block.height ? one : most),
        first,
      );
      for (const { node, block } of old) endpoints.setBehind(node, isBehind(block, best.block));
      const accepted = accept(best);
      await lookAgain(accepted);
      return accepted;
    },
  };
}
