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
import { type ChainNode, errorOf, type NearEndpoints } from './near-endpoints.ts';
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
   * The newest final block seen so far, from a node that keeps up with the chain if there is one.
   * @throws ServiceError when no endpoint returns a plausible one
   */
  read(): Promise<FinalBlock>;
  /** One endpoint's final block. @throws NoAnswerError, `implausible` when the chain cannot have come so far */
  readOf(node: ChainNode): Promise<FinalBlock>;
  /** See {@link NearChain.readAgreedHeight}. */
  readAgreedHeight(): Promise<number>;
}

/** If the only node that answers repeats something for this long, it is accepted. */
const insistMs = 10_000;
/** How often a stalled node is checked: it may have caught up. */
const lookAgainMs = 60_000;
/** A head that has not advanced for this long contradicts no other node. */
const standsStillMs = 60_000;
/** An endpoint that has not answered, or has shown no new block, for this long is no longer waited for. */
const waitForSecondMs = 600_000;

/** The reference for the next blocks, and whether another endpoint has confirmed it. */
interface Ground {
  seen: Sighting;
  isConfirmed: boolean;
}

interface Reading {
  node: ChainNode;
  block: FinalBlock;
  ground: Ground;
}

interface BlockParts {
  endpoints: NearEndpoints;
  clock: Pick<Clock, 'now'>;
}

/** Final blocks, checked against each other, the time between them and the heads of the nodes. */
export function createFinalBlocks(parts: BlockParts): FinalBlocks {
  return new BelievedBlocks(parts);
}

class BelievedBlocks implements FinalBlocks {
  readonly #endpoints: NearEndpoints;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #pulses: NodePulses;
  #newest: { block: FinalBlock; seen: Sighting } | null = null;
  /**
   * The reference for the next blocks. It advances with what another endpoint confirms, and with every block
   * only if there is no other endpoint: otherwise small steps could reach any height.
   */
  #anchor: Ground | null = null;
  #claim: { node: ChainNode; seen: Sighting; sinceMs: number } | null = null;
  /** Since when all blocks are below the newest one seen, and the first such block. */
  #below: { height: number; sinceMs: number } | null = null;
  #lookedAgainAtMs: number;

  constructor({ endpoints, clock }: BlockParts) {
    this.#endpoints = endpoints;
    this.#clock = clock;
    this.#pulses = new NodePulses(clock);
    this.#lookedAgainAtMs = clock.now();
  }

  async read(): Promise<FinalBlock> {
    const endpoints = this.#endpoints;
    await endpoints.agreement();
    const errors: NoAnswerError[] = [];
    const old: Reading[] = [];
    let fresh: Reading | null = null;
    for (const node of endpoints.inOrder()) {
      try {
        const reading = await this.#readNow(node);
        if (this.#isFresh(reading)) {
          fresh = reading;
          node.isBehind = false;
          break;
        }
        old.push(reading);
      } catch (error) {
        errors.push(NoAnswerError.from(error));
      }
    }
    const best = highest([...(fresh ? [fresh] : []), ...old]);
    if (!best) throw errorOf(finalBlockQuestion.method, errors);
    for (const { node, block } of old) endpoints.setBehind(node, isBehind(block, best.block));
    const accepted = this.#accept(best);
    await this.#lookAgain(accepted);
    return accepted;
  }

  async readOf(node: ChainNode): Promise<FinalBlock> {
    return (await this.#readNow(node)).block;
  }

  async readAgreedHeight(): Promise<number> {
    await this.#endpoints.agreement();
    const said = await Promise.all(this.#endpoints.inOrder().map((node) => this.#heightOf(node)));
    const ours = said.flatMap(({ node, height }) => (height === null ? [] : [{ node, height }]));
    const goingOn = ours.filter(({ node }) => !this.#pulses.hasStoodStill(node, waitForSecondMs));
    const heights = ours.map(({ height }) => height).sort((one, other) => other - one);
    const [only] = goingOn;
    if (only && goingOn.length === 1) return only.height;
    return heights[ours.length === 1 ? 0 : 1] ?? 0;
  }

  async #readNow(node: ChainNode): Promise<Reading> {
    const block = await this.#endpoints.askNode(node, finalBlockQuestion);
    const ground = await this.#requirePlausible(node, block);
    this.#pulses.feel(node, block.height);
    return { node, block, ground };
  }

  #isFresh({ node, block }: Reading): boolean {
    const isSyncing = node.proof?.status.isSyncing === true;
    return !isSyncing && !isOld(block, this.#newest?.seen ?? null, this.#nowMs());
  }

  #nowMs(): number {
    return this.#clock.now();
  }

  #sighted({ height, timestampMs }: FinalBlock): Sighting {
    return { height, timestampMs, atMs: this.#nowMs() };
  }

  #headOf({ headHeight, headAtMs }: NodeStatus): Sighting {
    return { height: headHeight, timestampMs: headAtMs, atMs: this.#nowMs() };
  }

  #isAlone(): boolean {
    return this.#endpoints.nodes.length === 1;
  }

  #accept({ node, block, ground }: Reading): FinalBlock {
    if (this.#claim?.node === node) this.#claim = null;
    this.#anchor = ground;
    const isFalse = this.#isNewestFalse(block);
    if (!this.#newest || block.height > this.#newest.block.height || isFalse) {
      this.#newest = { block, seen: this.#sighted(block) };
    }
    return this.#newest.block;
  }

  /**
   * With several endpoints one may lag: a block seen as final stays final, and a view pinned to it fails at a
   * lagging endpoint instead of showing an older state. If the chain advances for long and never reaches
   * the height, the block was not one of its blocks.
   */
  #isNewestFalse({ height }: FinalBlock): boolean {
    const nowMs = this.#nowMs();
    if (!this.#newest || height >= this.#newest.block.height) this.#below = null;
    else this.#below ??= { height, sinceMs: nowMs };
    const below = this.#below;
    const isFalse =
      below !== null && height > below.height && nowMs - below.sinceMs >= standsStillMs;
    if (isFalse) this.#below = null;
    return isFalse;
  }

  /** Current heads that the other advancing endpoints report. */
  async #readHeads(node: ChainNode, block: FinalBlock): Promise<Sighting[]> {
    const heads = await Promise.all(
      this.#endpoints.nodes.map(async (other) => {
        if (other === node) return null;
        const status = await this.#endpoints.prove(other).catch(() => null);
        if (!status || status.isSyncing) return null;
        const head = this.#headOf(status);
        this.#pulses.feel(other, head.height);
        const isBehindUs = isOld(head, null, this.#nowMs()) && isBehind(head, block);
        return isBehindUs || this.#pulses.hasStoodStill(other, standsStillMs) ? null : head;
      }),
    );
    return heads.filter((head) => head !== null);
  }

  /** @returns whether others confirm the block; `unheard` when no other advancing endpoint answers */
  async #hearOthers(
    node: ChainNode,
    block: FinalBlock,
  ): Promise<Ground | 'contradicted' | 'unheard'> {
    const heads = await this.#readHeads(node, block);
    const agreeing = heads.filter((head) => agreesWith(head, block));
    if (agreeing.length === 0) return heads.length > 0 ? 'contradicted' : 'unheard';
    const reached = [this.#sighted(block), ...agreeing];
    const seen = reached.reduce((low, each) => (each.height < low.height ? each : low));
    return { seen, isConfirmed: true };
  }

  /** Whether the chain itself jumped ahead, rather than this node alone claiming so. */
  async #findLeap(node: ChainNode, block: FinalBlock): Promise<Ground | null> {
    // Its own head first: a block that contradicts it is a single false reply.
    const head = this.#headOf(await this.#endpoints.prove(node));
    if (!canFollow(block, head, this.#nowMs())) return null;
    const anchor = this.#anchor;
    const alone = { seen: this.#sighted(block), isConfirmed: false };
    if (this.#isAlone() && (!anchor || canFollowFast(block, anchor.seen, this.#nowMs()))) {
      return alone;
    }
    const heard = await this.#hearOthers(node, block);
    if (heard === 'contradicted') return null;
    if (heard !== 'unheard') return heard;
    // At the very first reading, a lone node is believed until another answers.
    return this.#anchor === null || this.#isInsistedOn(node, block) ? alone : null;
  }

  #isInsistedOn(node: ChainNode, block: FinalBlock): boolean {
    const claim = this.#claim;
    const nowMs = this.#nowMs();
    const isSame =
      claim?.node === node &&
      block.height >= claim.seen.height &&
      canFollowFast(block, claim.seen, nowMs);
    const sinceMs = isSame && claim ? claim.sinceMs : nowMs;
    this.#claim = { node, seen: this.#sighted(block), sinceMs };
    return nowMs - sinceMs >= insistMs;
  }

  /** @returns the reference for the blocks after this one */
  async #requirePlausible(node: ChainNode, block: FinalBlock): Promise<Ground> {
    if (!isOfAnotherTime(block, this.#nowMs())) {
      const anchor = this.#anchor;
      if (anchor !== null && canFollow(block, anchor.seen, this.#nowMs())) {
        // Behind one address a stalled node may answer now and then: what follows is not held against its block.
        const isOn = this.#isAlone() && block.height > anchor.seen.height;
        return isOn ? { ...anchor, seen: this.#sighted(block) } : anchor;
      }
      const ground = await this.#findLeap(node, block);
      if (ground) return ground;
    }
    const error = new NoAnswerError(
      'implausible',
      `final block ${block.height} of ${new Date(block.timestampMs).toISOString()} cannot follow the newest one seen, ${this.#newest?.block.height ?? 'none'}`,
    );
    this.#endpoints.disbelieve(node, finalBlockQuestion.method, error);
    throw error;
  }

  /** Once a minute the others are queried: an unconfirmed reference is dropped if they contradict it. */
  async #lookForWitness(block: FinalBlock): Promise<void> {
    const [first, ...others] = this.#endpoints.inOrder();
    if (!first || others.every(({ endpoint }) => endpoint.isBroken)) return;
    const heard = await this.#hearOthers(first, block);
    if (heard === 'unheard') return;
    if (heard !== 'contradicted') this.#anchor = heard;
    else if (!this.#anchor?.isConfirmed) {
      this.#newest = null;
      this.#anchor = null;
    }
  }

  /** Checks lagging nodes once a minute; the others are queried first while they lag. */
  async #lookAgain(best: FinalBlock): Promise<void> {
    if (this.#nowMs() - this.#lookedAgainAtMs < lookAgainMs) return;
    this.#lookedAgainAtMs = this.#nowMs();
    await this.#lookForWitness(best);
    const order = this.#endpoints.inOrder();
    const behind = order.filter((node) => node.isBehind && !node.endpoint.isBroken);
    await Promise.all(
      behind.map(async (node) => {
        const block = await this.readOf(node).catch(() => null);
        if (block) node.isBehind = isBehind(block, best);
      }),
    );
  }

  /** @returns null for a node of another chain, 0 for one that does not answer */
  async #heightOf(node: ChainNode): Promise<{ node: ChainNode; height: number | null }> {
    try {
      return { node, height: (await this.readOf(node)).height };
    } catch (error) {
      if (NoAnswerError.from(error).kind === 'foreign') return { node, height: null };
      this.#pulses.waitFor(node);
      return { node, height: 0 };
    }
  }
}

/** The first of the highest; null if there is none. */
function highest([first, ...more]: Reading[]): Reading | null {
  if (!first) return null;
  return more.reduce((most, one) => (one.block.height > most.block.height ? one : most), first);
}

/** The highest block or head of each endpoint, and since when. */
class NodePulses {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #last = new Map<ChainNode, { height: number; atMs: number }>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  feel(node: ChainNode, height: number): void {
    const last = this.#last.get(node);
    if (!last || height > last.height) this.#last.set(node, { height, atMs: this.#clock.now() });
  }

  /** From now on it is waited for, although it has not answered yet. */
  waitFor(node: ChainNode): void {
    if (!this.#last.has(node)) this.feel(node, 0);
  }

  hasStoodStill(node: ChainNode, forMs: number): boolean {
    const last = this.#last.get(node);
    return last !== undefined && Math.abs(this.#clock.now() - last.atMs) >= forMs;
  }
}
