import { createDevnet, type Devnet } from '@choonsim/near-devnet';
import { isRecord } from '../../../adapters/near-rpc/rpc-reply.ts';
import {
  anothersFailure,
  anothersOutcome,
  brokenContractCache,
  datedAhead,
  type HttpReply,
  misshapen,
  pointlessReplies,
  withUnreadableFigures,
} from '../../suites/false-replies.ts';
import type { ProcessWatch } from '../processes/simulated-process.ts';
import { effectOf } from '../witnesses/invariants.ts';
import { SeededRandom } from '../world/seeded-random.ts';
import { blockTimeMs, type World } from '../world/world.ts';
import { askedHash } from './asked-hash.ts';
import {
  type Distortion,
  forgotten,
  healthyNode,
  type NodeView,
  type SimulatedNetwork,
} from './simulated-network.ts';
import { whenUnderWay } from './under-way.ts';
import { isWanted, type WantedFaults } from './wanted-faults.ts';

const yearMs = 365 * 86_400_000;
/** The other chain is so much higher that our transactions would seem expired there. */
const foreignHeight = 200_000;
const remembered = 20;

interface Fault {
  name: string;
  strike: (node: NodeView) => void;
}

/**
 * Faults of single endpoints: they stall, return errors about themselves, belong to another chain,
 * cross their replies, or return malformed ones. Drawn from a random stream of their own.
 */
export class SimulatedNodeFaults {
  readonly #world: World;
  readonly #network: SimulatedNetwork;
  readonly #watch: ProcessWatch;
  readonly #random: SeededRandom;
  readonly #wanted: WantedFaults;
  readonly #replies: HttpReply[] = [];
  readonly #outcomes: HttpReply[] = [];
  /** The newest replies, by kind of request. */
  readonly #ofKind = new Map<string, HttpReply[]>();
  #foreign: Devnet | null = null;
  #isOver = false;
  /** The ledger then lacks what some transactions burnt. */
  hasGarbledFigures = false;
  /** Endpoints of another chain, configured by mistake for the whole run. */
  readonly mistakenUrls: string[] = [];

  constructor(parts: {
    world: World;
    network: SimulatedNetwork;
    watch: ProcessWatch;
    seed: number;
    wanted: WantedFaults;
  }) {
    this.#world = parts.world;
    this.#network = parts.network;
    this.#watch = parts.watch;
    this.#wanted = parts.wanted;
    this.#random = new SeededRandom(parts.seed + nodeFaultSeedOffset);
  }

  /** Draws this run's faults and when they begin and end. @returns whether there are any */
  plan(): boolean {
    const random = this.#random;
    const wants = (name: string) => isWanted(this.#wanted, name);
    const [first, ...others] = this.#faultList();
    const [wanted, ...alsoWanted] = [first, ...others].filter(({ name }) => wants(`node ${name}`));
    const isSure = wanted !== undefined || wants(losesIndex) || wants(prunedEverywhere);
    if (!random.chance(0.35) && !isSure) return false;
    this.#network.onReply = (request, reply) => this.#remember(request, reply);
    if (random.chance(0.2)) this.#configureForeign();
    const faults = wanted ? ([wanted, ...alsoWanted] as const) : ([first, ...others] as const);
    if (random.chance(0.25) || wants(losesIndex)) {
      this.#at(random.between(1_000, 8_000), () => this.#cutOff());
    }
    if (random.chance(0.1) || wants(prunedEverywhere)) {
      this.#at(random.between(2_000, 20_000), () => this.#pruneEverywhere());
    }
    // The end of another fault would end the requested one as well.
    for (let times = wants(losesIndex) ? 0 : random.between(1, 4); times > 0; times -= 1) {
      const fault = random.pick(faults);
      for (const node of this.#struck()) {
        this.#at(random.between(0, 15_000), () => this.#strike(fault, node));
      }
    }
    return true;
  }

  /** All endpoints of our chain recover; mistaken ones stay. */
  calm(): void {
    this.#isOver = true;
    for (const node of this.#network.nodes.values()) {
      if (node.isMistaken) continue;
      Object.assign(node, { standsStillAt: null, distort: null });
    }
  }

  close(): void {
    this.#foreign?.close();
  }

  /**
   * Whether a transaction without an outcome waits for an archival node: a failure needs the word of two nodes
   * that reach back to it, everything else one.
   */
  isHistoryMissing(): boolean {
    const open = this.#world.rows<{ hash: string; referenceHeight: number }>(
      `SELECT "hash", "referenceHeight" FROM "ChainTransaction" WHERE "status" IN ('SIGNED', 'SENT')`,
    );
    const nodes = [...this.#network.nodes.values()].filter((node) => !node.isMistaken);
    return open.some(({ hash, referenceHeight }) => {
      const knowing = nodes.filter(({ earliestHeight }) => earliestHeight <= referenceHeight);
      const found = this.#world.devnet.inspect().transaction(hash);
      return knowing.length < (effectOf(found) === 'failed' ? 2 : 1);
    });
  }

  #struck(): NodeView[] {
    const nodes = [...this.#network.nodes.values()].filter((node) => !node.isMistaken);
    return this.#random.chance(0.25) ? nodes : nodes.slice(-1);
  }

  #strike({ name, strike }: Fault, node: NodeView): void {
    if (this.#isOver) return;
    this.#watch.count(`event: node ${name}`);
    this.#watch.trace(`a node ${name}`);
    strike(node);
    this.#at(this.#random.between(3_000, 90_000), () => {
      Object.assign(node, { standsStillAt: null, distort: null });
    });
  }

  /** Cuts all replies for some seconds while a transaction is under way, then loses an index. */
  #cutOff(): void {
    const strike = () => {
      if (this.#isOver) return;
      const durationMs = this.#random.between(2_000, 6_000);
      // Until one node has moved on and the other has not.
      this.#network.isCutUntilMs = this.#world.clock.now() + durationMs + goesOnMs;
      this.#at(durationMs, () => this.#loseIndex());
    };
    whenUnderWay(this.#world, { withinMs: cutOffWithinMs, strike });
  }

  /**
   * One of two nodes has lost its index for longer than the gap between the two queries of a proof;
   * the other has it and stalls. Only a query to both reveals the outcome.
   */
  #loseIndex(): void {
    const [still, ...others] = [...this.#network.nodes.values()].filter((node) => !node.isMistaken);
    if (this.#isOver || !still) return;
    const { finalHeight } = this.#world.devnet.inspect();
    const lost: Distortion = async (request, honest) => {
      const hash = askedHash(request);
      const known = hash === null ? null : this.#world.devnet.inspect().transaction(hash);
      if (!known || known.includedHeight > finalHeight) return honest();
      return forgotten(request);
    };
    still.standsStillAt = finalHeight;
    for (const node of others) node.distort = lost;
    this.#watch.count(`event: ${losesIndex}`);
    this.#watch.trace('a node has lost its index, the other stands still');
    this.#at(this.#random.between(40_000, 200_000), () => {
      for (const node of [still, ...others])
        Object.assign(node, { standsStillAt: null, distort: null });
    });
  }

  /** All nodes prune their history; one of them has it again later. */
  #pruneEverywhere(): void {
    const nodes = [...this.#network.nodes.values()].filter((node) => !node.isMistaken);
    if (this.#isOver) return;
    this.#watch.count(`event: ${prunedEverywhere}`);
    this.#watch.trace(prunedEverywhere);
    for (const node of nodes) node.earliestHeight = this.#world.devnet.inspect().height;
    const [first] = nodes;
    this.#at(this.#random.between(60_000, 300_000), () => {
      if (first) first.earliestHeight = 0;
    });
  }

  #faultList(): readonly [Fault, ...Fault[]] {
    const random = this.#random;
    const sometimes = (distort: Distortion): ((node: NodeView) => void) => {
      const probability = random.pick([0.1, 0.4, 1]);
      return (node) => {
        node.distort = (request, honest) =>
          random.chance(probability) ? distort(request, honest) : honest();
      };
    };
    const pointless = random.pick(pointlessReplies);
    const aheadMs = random.pick([60_000, yearMs, 75 * yearMs]);
    return [
      {
        name: 'stands still',
        strike: (node) => {
          node.standsStillAt = this.#world.devnet.inspect().finalHeight;
        },
      },
      {
        name: 'answers errors about itself',
        strike: sometimes(async ({ id }) => pointless(id)),
      },
      {
        name: 'has a broken contract cache',
        strike: sometimes(async (request, honest) => brokenContractCache(request) ?? honest()),
      },
      {
        name: 'dates its blocks ahead',
        strike: sometimes(async (request, honest) => {
          const reply = await honest();
          return datedAhead(request, reply, aheadMs) ?? reply;
        }),
      },
      {
        name: 'crosses replies',
        strike: sometimes(async (request, honest) => {
          const reply = await honest();
          return this.#anothersReply(request) ?? reply;
        }),
      },
      {
        name: 'mixes up outcomes',
        strike: sometimes(async (request, honest) => {
          const reply = await honest();
          return this.#anothersOutcome(request, reply) ?? reply;
        }),
      },
      {
        name: 'garbles outcomes',
        strike: sometimes(async (request, honest) => {
          const reply = await honest();
          return misshapen(request, reply, random) ?? reply;
        }),
      },
      {
        name: 'garbles figures',
        strike: sometimes(async (request, honest) => {
          const reply = await honest();
          const garbled = withUnreadableFigures(request, reply);
          this.hasGarbledFigures ||= garbled !== null;
          return garbled ?? reply;
        }),
      },
      {
        name: 'is replaced by one of another chain',
        strike: (node) => {
          node.distort = (request) => this.#answerForeign(request);
        },
      },
    ];
  }

  /** The reply to another request, with that request's id. */
  #anothersReply(request: Record<string, unknown>): HttpReply | null {
    const random = this.#random;
    // As if two requests ran at once: the reply has the expected shape.
    const alike = random.chance(0.6) ? this.#ofKind.get(kindOf(request)) : undefined;
    const [first, ...others] = alike ?? (random.chance(0.5) ? this.#replies : this.#outcomes);
    return first ? random.pick([first, ...others]) : null;
  }

  /** The outcome of another transaction, success or failure, with this request's id. */
  #anothersOutcome(request: Record<string, unknown>, own: HttpReply): HttpReply | null {
    const [first, ...others] = this.#outcomes;
    if (!first) return null;
    const another = this.#random.pick([first, ...others]);
    if (this.#random.chance(0.5)) return anothersFailure(request, { own, anothers: another });
    return anothersOutcome(request, another);
  }

  #remember(request: Record<string, unknown>, reply: HttpReply): void {
    const isOutcome = request.method === 'tx' || request.method === 'send_tx';
    const kind = kindOf(request);
    const ofKind = this.#ofKind.get(kind) ?? [];
    this.#ofKind.set(kind, ofKind);
    for (const kept of [isOutcome ? this.#outcomes : this.#replies, ofKind]) {
      kept.push(reply);
      if (kept.length > (kept === ofKind ? rememberedOfKind : remembered)) kept.shift();
    }
  }

  /** Puts an address of another network among ours, at any place in the list. */
  #configureForeign(): void {
    const url = 'node-of-another-chain';
    this.mistakenUrls.push(url);
    const distort: Distortion = (request) => this.#answerForeign(request);
    this.#network.nodes.set(url, { ...healthyNode(), isMistaken: true, distort });
  }

  async #answerForeign(request: Record<string, unknown>): Promise<HttpReply> {
    const { httpStatus, body } = await this.#foreignChain().handle(
      JSON.parse(JSON.stringify(request)),
    );
    return { httpStatus, body: typeof body === 'string' ? body : JSON.stringify(body) };
  }

  #foreignChain(): Devnet {
    if (this.#foreign) return this.#foreign;
    const { clock } = this.#world;
    const foreign = createDevnet({
      now: () => clock.now(),
      setTimer: (run, delayMs) => clock.setTimer(run, delayMs),
      // Our account does not exist there: it rejects our transactions.
      genesis: { networkId: 'testnet', chainInstanceId: 'another', accounts: [], tokens: [] },
    });
    this.#foreign = foreign;
    foreign.producer.fastForward(foreignHeight);
    const produce = () => {
      foreign.produceBlock();
      clock.setTimer(produce, blockTimeMs);
    };
    produce();
    return foreign;
  }

  #at(delayMs: number, work: () => void): void {
    this.#world.clock.setTimer(work, delayMs);
  }
}

function kindOf({ method, params }: Record<string, unknown>): string {
  const { request_type: type, method_name: name } = isRecord(params) ? params : {};
  return `${method} ${type} ${name}`;
}

export const losesIndex = 'node lost its index, the other stands still';
const prunedEverywhere = 'history pruned everywhere';
const rememberedOfKind = 4;
const cutOffWithinMs = 15_000;
const goesOnMs = 3_000;
const nodeFaultSeedOffset = 11_111_117;
