import { developmentKey } from '@choonsim/near-devnet';
import { validityBlocks } from '../../../core/engine-config.ts';
import type { ProcessWatch } from '../processes/simulated-process.ts';
import type { SeededRandom } from '../world/seeded-random.ts';
import { type World, worldConfig } from '../world/world.ts';
import { laneKeys, removeKeys } from './removed-keys.ts';
import type { NodeView, SimulatedNetwork } from './simulated-network.ts';
import { whenUnderWay } from './under-way.ts';

/** A key that no process of the simulation holds. */
const foreignKey = 'ed25519:9xnFqjoY7bNifR7JpwbyxTJtYkupfoL1y8yzRos9BqEd';

const haltsWithinMs = 7_000;
const nearExpiryWithinMs = 60_000;

/** Faults of the chain itself, its nodes or the treasury, as opposed to single messages. */
export class SimulatedChainFaults {
  readonly #world: World;
  readonly #network: SimulatedNetwork;
  readonly #watch: ProcessWatch;
  readonly #random: SeededRandom;
  areKeysRemoved = false;
  readonly #foreign = new Set<string>();
  /** The chain was fast-forwarded: its time is hours ahead of every machine's clock. */
  hasExpired = false;
  #isNearExpiryPlanned = false;
  /** The service account's balance was changed by hand. */
  isFundedByHand = false;

  constructor(parts: {
    world: World;
    network: SimulatedNetwork;
    watch: ProcessWatch;
    random: SeededRandom;
  }) {
    this.#world = parts.world;
    this.#watch = parts.watch;
    this.#network = parts.network;
    this.#random = parts.random;
  }

  /** Whether the user's account carries another party's key, so that it can never be READY. */
  isForeign(userId: string): boolean {
    return this.#foreign.has(userId);
  }

  events(): [string, () => void][] {
    const random = this.#random;
    const { producer } = this.#world.devnet;
    return [
      ['skipped blocks', () => producer.skipBlocks(random.between(1, 5))],
      ['reverted block', () => this.#revert()],
      ['halt', () => this.#halt(random.between(2_000, 20_000))],
      ['lagging node', () => this.#nodeEvent((node) => (node.lagBlocks = random.between(1, 40)))],
      ['node caught up', () => this.#nodeEvent((node) => (node.lagBlocks = 0))],
      ['pruned history', () => this.#nodeEvent((node) => (node.earliestHeight = this.#head()))],
      ['node down', () => this.#nodeEvent((node) => (node.isDown = !node.isDown))],
      ['expired transactions', () => this.#expire()],
      ['empty treasury', () => this.#emptyTreasury(random.between(3_000, 30_000))],
      ['invalid in a block', () => this.#includeInvalid()],
      ['foreign account', () => this.#foreignAccount()],
    ];
  }

  /** Sets the service account's balance. */
  setFunds(amountYocto: bigint): void {
    const { serviceAccountId: accountId } = worldConfig;
    this.isFundedByHand = true;
    this.#world.devnet.producer.patch([
      { type: 'account', accountId, amountYocto: amountYocto.toString(), lockedYocto: '0' },
    ]);
  }

  /** Keys of other tools or of an older service key: nodes return lists of more than 100 in pages. */
  addStrangersKeys(count: number): void {
    const { serviceAccountId: accountId } = worldConfig;
    this.#world.devnet.producer.patch(
      Array.from({ length: count }, (_, index) => ({
        type: 'accessKey',
        accountId,
        publicKey: developmentKey(`stranger${index}`).publicKey,
        nonce: 0,
      })),
    );
  }

  /**
   * Removes one lane's access key, or all of them, from the service account by hand. One of an even number is
   * put back without full access.
   */
  async removeLaneKeys(random: SeededRandom): Promise<void> {
    const chain = this.#world.devnet.inspect();
    const keys = laneKeys(this.#world).filter((key) =>
      chain.accessKey(worldConfig.serviceAccountId, key),
    );
    const [first, ...others] = keys;
    if (!first) return;
    this.areKeysRemoved = true;
    if (random.chance(0.5)) return removeKeys(this.#world, keys);
    const key = random.pick([first, ...others]);
    const putBackLimited = laneKeys(this.#world).indexOf(key) % 2 === 1;
    await removeKeys(this.#world, [key], { putBackLimited });
  }

  /** Repeats until a wallet exists whose account is not on chain yet. */
  planForeignAccount(): void {
    if (this.#foreign.size > 0) return;
    this.#foreignAccount(true);
    this.#world.clock.setTimer(() => this.planForeignAccount(), 700);
  }

  #head(): number {
    return this.#world.devnet.inspect().height;
  }

  /** At most one of the two nodes is affected: without a reachable chain nothing is tested. */
  #nodeEvent(change: (node: NodeView) => void) {
    const node = this.#network.nodes.get('node-b');
    if (node) change(node);
  }

  /** Replaces the newest block; final blocks stay final. */
  #revert(): void {
    const { producer } = this.#world.devnet;
    producer.revertHead(this.#random.chance(0.5) ? 'return' : 'drop');
    // Its transactions may come back as invalid.
    if (this.#random.chance(0.4)) this.#includeInvalid();
    producer.produceBlock();
  }

  /** At most once a run: a second time, every node would have pruned what came before the first. */
  #expire(): void {
    if (this.hasExpired || this.#isNearExpiryPlanned || this.#random.chance(0.7)) return;
    const random = this.#random;
    this.#passBlocks(random.chance(0.3) ? validityBlocks - random.between(10, 400) : 90_000);
  }

  /**
   * Open transactions can still execute for seconds or minutes, and the chain halts meanwhile: an
   * engine that trusts one node's height would take them for expired.
   */
  planNearExpiry(random: SeededRandom): void {
    const { clock } = this.#world;
    this.#isNearExpiryPlanned = true;
    const strike = (hashes: string[]) => {
      if (this.hasExpired || hashes.length === 0) return;
      for (const hash of hashes) this.#network.refuse(hash);
      this.#watch.count('event: validity nearly over');
      this.#passBlocks(validityBlocks - random.between(10, 100));
      this.#halt(random.between(90_000, 300_000));
    };
    const expire = () => whenUnderWay(this.#world, { withinMs: nearExpiryWithinMs, strike });
    clock.setTimer(expire, random.between(0, 8_000));
  }

  #passBlocks(count: number): void {
    this.hasExpired = true;
    this.#world.devnet.producer.fastForward(count);
  }

  /** The chain produces no block for minutes while its nodes keep answering. */
  planLongHalt(random: SeededRandom, isSure: boolean): void {
    if (!random.chance(0.04) && !isSure) return;
    const { clock } = this.#world;
    const strike = () => {
      this.#watch.count('event: long halt');
      this.#halt(random.between(60_000, 400_000));
    };
    const halt = () => whenUnderWay(this.#world, { withinMs: haltsWithinMs, strike });
    clock.setTimer(halt, random.between(1_000, 8_000));
  }

  #halt(durationMs: number): void {
    const { producer } = this.#world.devnet;
    producer.halt();
    this.#world.isHalted = true;
    this.#world.clock.setTimer(() => {
      producer.resume();
      this.#world.isHalted = false;
    }, durationMs);
  }

  #emptyTreasury(durationMs: number): void {
    const account = this.#world.devnet.inspect().account(worldConfig.serviceAccountId);
    if (!account || account.amountYocto < 10n ** 26n) return;
    this.setFunds(10n ** 24n);
    this.#world.clock.setTimer(() => this.setFunds(account.amountYocto), durationMs);
  }

  #includeInvalid(): void {
    this.#world.faults.add({
      kind: 'include-invalid',
      accountId: worldConfig.serviceAccountId,
      error: { InvalidNonce: { tx_nonce: 1, ak_nonce: 2 } },
    });
  }

  /** Another holder of the service account's key has created the account with a different key. */
  #foreignAccount(isSure = false): void {
    const chain = this.#world.devnet.inspect();
    const user = this.#world
      .users()
      .find(({ nearAccountId }) => nearAccountId && !chain.account(nearAccountId));
    if (!user?.nearAccountId || (!isSure && !this.#random.chance(0.3))) return;
    const accountId = user.nearAccountId;
    this.#world.devnet.producer.patch([
      { type: 'account', accountId, amountYocto: `${10n ** 23n}`, lockedYocto: '0' },
      { type: 'accessKey', accountId, publicKey: foreignKey, nonce: 0 },
    ]);
    this.#foreign.add(user.id);
  }
}
