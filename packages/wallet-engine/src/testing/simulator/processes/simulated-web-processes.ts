import { createSealingVault } from '../../../adapters/keys/sealing-vault.ts';
import type { KeyVault, StoredKey } from '../../../ports/key-vault.ts';
import { isWanted, type WantedFaults } from '../faults/wanted-faults.ts';
import { vaultOfAnotherKey } from '../simulated-settings.ts';
import { SeededRandom } from '../world/seeded-random.ts';
import { type World, worldConfig } from '../world/world.ts';
import { onClock } from './vault-on-clock.ts';

/**
 * Web processes without secrets (`WALLET_WORKER=off`): they request wallets, seal the keys to the workers and
 * open nothing. Drawn from a random stream of their own.
 */
export class SimulatedWebProcesses {
  /** How many serve requests; 0: only workers do. */
  readonly count: number;
  readonly #world: World;
  /** One of them seals to a key that no worker has. */
  readonly #isMistaken: boolean;

  constructor({ seed, world, wanted }: { seed: number; world: World; wanted: WantedFaults }) {
    const random = new SeededRandom(seed + webSeedOffset);
    this.#world = world;
    const isDrawn = random.chance(0.15);
    const isMistaken = random.chance(0.25);
    this.#isMistaken = isMistaken || isWanted(wanted, sealsElsewhere);
    const areWanted = isWanted(wanted, webProcess) || isWanted(wanted, sealsElsewhere);
    const count = random.between(1, 2);
    this.count = isDrawn || areWanted ? count : 0;
  }

  /** Of the process with this number, from 1. */
  vaultOf(number: number): { vault: KeyVault; event: string } {
    const isMistaken = this.#isMistaken && number === this.count;
    const opener = isMistaken ? vaultOfAnotherKey(this.#world) : this.#world.vaultOf(worldConfig);
    const randomBytes = (size: number) => this.#world.randomBytes(size);
    const vault = createSealingVault({ sealingKey: opener.sealingKey(), randomBytes });
    return {
      vault: onClock(vault, this.#world.clock),
      event: isMistaken ? sealsElsewhere : webProcess,
    };
  }
}

/** A key that no worker opens is lost, and with it all that its account holds. */
export async function lostKeys(world: World): Promise<string[]> {
  const vault = world.vaultOf(worldConfig);
  const stored = world.rows<StoredKey>(
    `SELECT 'world' AS "deploymentId", "id" AS "walletId", "accountId", "publicKey",
        "encryptedPrivateKey"
      FROM "Wallet" WHERE "encryptedPrivateKey" IS NOT NULL ORDER BY "id"`,
  );
  const lost: string[] = [];
  for (const wallet of stored) {
    await vault.verifyWalletKey(wallet).catch(() => {
      lost.push(`no worker opens the key of ${wallet.walletId}`);
    });
  }
  return lost;
}

const webProcess = 'web process';
const sealsElsewhere = 'process that seals to another key';
const webSeedOffset = 23_232_323;
