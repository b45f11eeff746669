import { hashToBase58 } from '../../../../../near-devnet/src/bytes/hash.ts';
import { ServiceError, WalletError } from '../../../core/errors.ts';
import type { StoredKey } from '../../../ports/key-vault.ts';
import { foreignPlan } from '../../suites/random-plans.ts';
import { SeededRandom } from '../world/seeded-random.ts';
import {
  storedKeyOfUser,
  type UserRow,
  type World,
  worldConfig,
  worldTerms,
} from '../world/world.ts';

const thiefSeedOffset = 6_666_667;

/** An attacker who runs code in a worker and asks its vault to sign foreign plans. */
export class SimulatedThief {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #onViolation: (violation: string) => void;

  constructor({
    seed,
    world,
    onViolation,
  }: {
    seed: number;
    world: World;
    onViolation: (violation: string) => void;
  }) {
    this.#world = world;
    this.#random = new SeededRandom(seed + thiefSeedOffset);
    this.#onViolation = onViolation;
  }

  /** When the attacks happen, ms from the start of the run. */
  visits(): number[] {
    const random = this.#random;
    if (!random.chance(0.2)) return [];
    return Array.from({ length: random.between(1, 4) }, () => random.between(1_000, 20_000));
  }

  async strike(): Promise<void> {
    const [one, other, ...more] = this.#world.users().flatMap(storedKey);
    if (!one || !other) return;
    const random = this.#random;
    const { height, finalBlockHash } = this.#world.devnet.inspect();
    for (let tries = 0; tries < 10; tries += 1) {
      const plan = foreignPlan({ random, terms: worldTerms, stored: [one, other, ...more] });
      try {
        await this.#world.vaultOf(worldConfig).signTransaction({
          deploymentId: 'any',
          laneNumber: 0,
          nonce: height * 1_000_000,
          plan,
          reference: { height, hash: hashToBase58(finalBlockHash) },
        });
        this.#onViolation(`the vault signed a foreign plan: ${plan.kind}`);
      } catch (error) {
        if (!(error instanceof ServiceError || error instanceof WalletError)) throw error;
      }
    }
  }
}

function storedKey(user: UserRow): StoredKey[] {
  const { nearAccountId, nearPublicKey, nearPrivateKey } = user;
  return nearAccountId && nearPublicKey && nearPrivateKey ? [storedKeyOfUser(user)] : [];
}
