import { developmentKey, SERVICE_ACCOUNT, TEST_TOKEN } from '@choonsim/near-devnet';
import { createAesKeyVault } from '../../adapters/keys/aes-key-vault.ts';
import { yoctoPerNear } from '../../core/amounts.ts';
import { isWanted, type WantedFaults } from './faults/wanted-faults.ts';
import { SeededRandom } from './world/seeded-random.ts';
import { type WorkerOptions, type World, worldTerms } from './world/world.ts';

const hourMs = 3_600_000;

/** Settings of one process that differ from the deployment. */
export interface Settings {
  name: string;
  options: Pick<WorkerOptions, 'config' | 'vault'>;
  skewMs: number | null;
  /** The process must sign nothing: its token, account or keys are not the deployment's. */
  contradicts: boolean;
}

/**
 * The size of a run, and whether some of its processes are configured differently. Drawn from a
 * random stream of its own. Most runs are small and uniform, so that many fit into the time.
 */
export class SimulatedSettings {
  readonly users: number | null;
  readonly lanes: number | null;
  /** Size of the stock of ready wallets; 0: none. */
  readonly stock: number;
  /** When all processes restart with another initial balance, ms; null: never. */
  readonly otherTermsAtMs: number | null;
  /** Access keys of other tools on the service account. */
  readonly strangersKeys: number;
  /** Clocks may differ by hours: sums over time are wrong then, payments must not be. */
  readonly hasClocksApart: boolean;
  readonly #random: SeededRandom;
  readonly #world: World;
  readonly #hasMixedSettings: boolean;
  /** Null: the seed decides. */
  readonly #wanted: WantedFaults | null;

  constructor({ seed, world, wanted }: { seed: number; world: World; wanted: WantedFaults }) {
    const random = new SeededRandom(seed + settingsSeedOffset);
    this.#random = random;
    this.#world = world;
    const isCrowded = random.chance(0.03);
    this.users = isCrowded ? random.between(6, 40) : null;
    this.lanes = isCrowded || random.chance(0.03) ? random.between(4, 16) : null;
    this.strangersKeys = random.chance(0.04) ? random.between(90, 130) : 0;
    // A stream of its own keeps the runs without a stock unchanged.
    const stocks = new SeededRandom(seed + stockSeedOffset);
    const areTermsWanted = isWanted(wanted, stockTermsChanged);
    const keepsStock = stocks.chance(0.3) || areTermsWanted || isWanted(wanted, stockKept);
    this.stock = keepsStock ? stocks.between(1, 4) : 0;
    const changesTerms = stocks.chance(0.2) || areTermsWanted;
    this.otherTermsAtMs = keepsStock && changesTerms ? stocks.between(8_000, 25_000) : null;
    const hasMixedSettings = random.chance(0.12);
    const hasClocksApart = hasMixedSettings && random.chance(0.3);
    this.#wanted = wanted.event?.startsWith(eventOf('')) ? wanted : null;
    this.#hasMixedSettings = hasMixedSettings || this.#wanted !== null;
    this.hasClocksApart = this.#wanted
      ? isWanted(this.#wanted, eventOf(clockHoursAway))
      : hasClocksApart;
  }

  /** Settings of a process that starts now; null: those of the deployment. */
  draw(): Settings | null {
    const random = this.#random;
    if (!this.#hasMixedSettings || random.chance(0.5)) return null;
    // Until something is signed, the first process to start decides the deployment's settings.
    const isOpened = this.#world.rows('SELECT 1 FROM "ChainTransaction"').length > 0;
    if (!isOpened) return null;
    if (this.hasClocksApart) {
      const skewMs = random.between(-5 * hourMs, 5 * hourMs);
      return { name: clockHoursAway, options: {}, skewMs, contradicts: false };
    }
    const contradiction = (name: string, options: Settings['options']): Settings => ({
      name,
      options,
      skewMs: null,
      contradicts: true,
    });
    const drawn: [Settings, ...Settings[]] = [
      contradiction('another token', { config: { tokenContract: TEST_TOKEN } }),
      contradiction('a token that is not there', { config: { tokenContract: 'gone.devnet' } }),
      contradiction('another network', { config: { networkId: 'testnet' } }),
      contradiction('another account', { config: { serviceAccountId: 'faucet.devnet' } }),
      contradiction('another master key', { vault: vaultOfAnotherKey(this.#world) }),
      {
        name: 'another number of lanes',
        options: { config: { lanes: random.between(1, 8) } },
        skewMs: null,
        contradicts: false,
      },
      // It pauses the deployment while it runs.
      {
        name: 'a lower spend limit',
        options: { config: { spendLimitHourYocto: yoctoPerNear / 1000n } },
        skewMs: null,
        contradicts: false,
      },
    ];
    const [first = drawn[0], ...others] = drawn.filter(
      ({ name }) => !this.#wanted || isWanted(this.#wanted, eventOf(name)),
    );
    return random.pick([first, ...others]);
  }
}

/** A different master key under the same version number. */
export function vaultOfAnotherKey(world: World) {
  return createAesKeyVault({
    masterKeys: [{ version: 1, key: new Uint8Array(32).fill(99) }],
    servicePrivateKey: developmentKey(SERVICE_ACCOUNT).secretKey,
    terms: worldTerms,
    randomBytes: (size) => world.randomBytes(size),
  });
}

export const stockKept = 'stock kept';
export const stockTermsChanged = 'stock terms changed';
const stockSeedOffset = 17_171_717;
const eventOf = (name: string) => `worker with ${name}`;
const clockHoursAway = 'a clock hours away';
const settingsSeedOffset = 13_131_313;
