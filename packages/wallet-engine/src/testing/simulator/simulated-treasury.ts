import type { SimulatedChainFaults } from './faults/simulated-chain-faults.ts';
import { unbalancedBooks } from './witnesses/balanced-books.ts';
import { SeededRandom } from './world/seeded-random.ts';
import { type World, worldConfig } from './world/world.ts';

interface Circumstances {
  isStorm: boolean;
  hasRestored: boolean;
  haveClocksApart: boolean;
}

/** The money of a run: whether there is a spend limit, or too little for all, and what may be spent. */
export class SimulatedTreasury {
  /** Of the storm's workers; the operator raises it when calm comes. Null: none. */
  readonly spendLimitYocto: bigint | null;
  readonly #world: World;
  readonly #chain: SimulatedChainFaults;
  /** It pays for some of the wallets only, until the operator fills it when calm comes. */
  readonly #isShort: boolean;
  readonly #startYocto: bigint;

  constructor({
    seed,
    world,
    chain,
  }: {
    seed: number;
    world: World;
    chain: SimulatedChainFaults;
  }) {
    this.#world = world;
    this.#chain = chain;
    // Streams of their own keep the runs without a limit unchanged.
    const limits = new SeededRandom(seed + limitSeedOffset);
    this.spendLimitYocto = limits.chance(0.2)
      ? BigInt(limits.between(150, 450)) * milliNearYocto
      : null;
    const funds = new SeededRandom(seed + fundsSeedOffset);
    this.#isShort = funds.chance(0.15);
    if (this.#isShort) {
      const forSome = BigInt(funds.between(100, 500)) * milliNearYocto;
      chain.setFunds(worldConfig.reserveYocto + forSome);
    }
    this.#startYocto = this.#balanceYocto();
  }

  calm(): void {
    if (this.#isShort) this.#chain.setFunds(richYocto);
  }

  /** What was spent although it may not be. */
  violations(around: Circumstances): string[] {
    if (!around.isStorm || around.hasRestored || around.haveClocksApart) return [];
    return [...this.#spentTooMuch(), ...this.#spentTheReserve()];
  }

  /** Where only the ledger's transactions have changed the balance, the two must agree. */
  unbalancedBooks(): string[] {
    const { serviceAccountId: accountId } = worldConfig;
    return unbalancedBooks(this.#world, { accountId, startYocto: this.#startYocto });
  }

  /** Every commit was within the limit, so all of them together are; noops are let through. */
  #spentTooMuch(): string[] {
    if (this.spendLimitYocto === null) return [];
    const [row] = this.#world.rows<{ spent: number }>(
      `SELECT COALESCE(SUM(COALESCE("spentMicroNear", "maxCostMicroNear")), 0) AS "spent"
        FROM "ChainTransaction" WHERE "purpose" <> 'TOMBSTONE'`,
    );
    const limit = Number(this.spendLimitYocto / microNearYocto);
    if ((row?.spent ?? 0) <= limit) return [];
    return [`${row?.spent} millionths of NEAR were spent, the limit is ${limit}`];
  }

  /** Noops and removed keys are let through: a few thousandths at most. */
  #spentTheReserve(): string[] {
    if (!this.#isShort || this.#chain.hasExpired) return [];
    const left = this.#balanceYocto();
    if (left >= worldConfig.reserveYocto - 10n * milliNearYocto) return [];
    return [`${left / microNearYocto} millionths of NEAR are left, less than the reserve`];
  }

  #balanceYocto(): bigint {
    const account = this.#world.devnet.inspect().account(worldConfig.serviceAccountId);
    return account?.amountYocto ?? 0n;
  }
}

const limitSeedOffset = 7_777_777;
const fundsSeedOffset = 5_555_557;
const milliNearYocto = 10n ** 21n;
const microNearYocto = 10n ** 18n;
const richYocto = 10n ** 30n;
