import type { Clock } from '../clock.ts';
import type { FinalBlock } from '../near-chain.ts';
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
}

/** What the only node that answers goes on saying for so long is how things are. */
const insistMs = 10_000;
/** One that stood still may have caught up. */
const lookAgainMs = 60_000;

/** Final blocks, held against each other, the time between them and the nodes' own heads. */
export function createFinalBlocks({
  endpoints,
  clock,
}: {
  endpoints: NearEndpoints;
  clock: Pick<Clock, 'now'>;
}): FinalBlocks {
  let newest: { block: FinalBlock; seen: Sighting } | null = null;
  let claim: { seen: Sighting; sinceMs: number } | null = null;
  let lookedAgainAtMs = clock.now();

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

  const accept = (block: FinalBlock): FinalBlock => {
    claim = null;
    // Of several endpoints one may lag: what was seen final stays final, and a view pinned to it
    // fails at that endpoint instead of showing an older state.
    if (!newest || block.height > newest.block.height) newest = { block, seen: sighted(block) };
    return newest.block;
  };

  /** Whether it is the chain that has made a leap, and not this node that says so. */
  const isLeap = async (node: ChainNode, block: FinalBlock): Promise<boolean> => {
    // Its own head first: what contradicts that is no more than one false reply.
    const head = headOf(await endpoints.prove(node));
    if (!canFollow(block, head, clock.now())) return false;
    if (!newest || canFollowFast(block, newest.seen, clock.now())) return true;
    const others = endpoints.nodes.filter((other) => other !== node);
    const statuses = await Promise.allSettled(others.map((other) => endpoints.prove(other)));
    const heads = statuses.flatMap((said) =>
      said.status === 'fulfilled' ? [headOf(said.value)] : [],
    );
    if (heads.length > 0) return heads.some((other) => agreesWith(other, block));
    return isInsistedOn(block);
  };

  const isInsistedOn = (block: FinalBlock): boolean => {
    const isSame =
      claim !== null &&
      block.height >= claim.seen.height &&
      canFollowFast(block, claim.seen, clock.now());
    const sinceMs = isSame && claim ? claim.sinceMs : clock.now();
    claim = { seen: sighted(block), sinceMs };
    return clock.now() - sinceMs >= insistMs;
  };

  const requirePlausible = async (node: ChainNode, block: FinalBlock): Promise<void> => {
    const nowMs = clock.now();
    if (!isOfAnotherTime(block, nowMs)) {
      const { proof } = node;
      const seen = newest?.seen ?? (proof && { ...headOf(proof.status), atMs: proof.atMs });
      if (seen && canFollow(block, seen, nowMs)) return;
      if (await isLeap(node, block)) return;
    }
    const error = new NoAnswerError(
      'implausible',
      `a final block ${block.height} of ${new Date(block.timestampMs).toISOString()}; seen was ${newest?.block.height ?? 'none'}`,
    );
    endpoints.disbelieve(node, finalBlockQuestion.method, error);
    throw error;
  };

  const readOf = async (node: ChainNode): Promise<FinalBlock> => {
    const block = await endpoints.askNode(node, finalBlockQuestion);
    await requirePlausible(node, block);
    return block;
  };

  /** Nodes that were behind, once a minute: others are asked as long as they are. */
  const lookAgain = async (best: FinalBlock): Promise<void> => {
    if (clock.now() - lookedAgainAtMs < lookAgainMs) return;
    lookedAgainAtMs = clock.now();
    const behind = endpoints.inOrder().filter((node) => node.isBehind && !node.endpoint.isBroken);
    await Promise.all(
      behind.map(async (node) => {
        const block = await readOf(node).catch(() => null);
        if (block) node.isBehind = isBehind(block, best);
      }),
    );
  };

  return {
    readOf,

    async read() {
      await endpoints.agreement();
      const errors: NoAnswerError[] = [];
      const old: { node: ChainNode; block: FinalBlock }[] = [];
      let fresh: FinalBlock | null = null;
      for (const node of endpoints.inOrder()) {
        try {
          const block = await readOf(node);
          const isSyncing = node.proof?.status.isSyncing === true;
          if (!isSyncing && !isOld(block, newest?.seen ?? null, clock.now())) {
            fresh = block;
            node.isBehind = false;
            break;
          }
          old.push({ node, block });
        } catch (error) {
          errors.push(NoAnswerError.from(error));
        }
      }
      const blocks = [...(fresh ? [fresh] : []), ...old.map(({ block }) => block)];
      const [first, ...more] = blocks;
      if (!first) throw faultOf(finalBlockQuestion.method, errors);
      const best = more.reduce((most, block) => (block.height > most.height ? block : most), first);
      for (const { node, block } of old) endpoints.setBehind(node, isBehind(block, best));
      const accepted = accept(best);
      await lookAgain(accepted);
      return accepted;
    },
  };
}
