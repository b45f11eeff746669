import type { Clock } from '../core/clock.ts';
import type { EngineConfig } from '../core/engine-config.ts';
import { ServiceError } from '../core/errors.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { TransactionLedger } from '../ports/transaction-ledger.ts';
import type { WalletKeyStore } from '../ports/wallet-key-store.ts';
import { refusalByDeployment } from './start-checks.ts';
import { requireMasterKeys, requireSealingKey } from './verify-master-keys.ts';

/** What must be right before a wallet is requested, by the database alone: the chain may not answer. */
export interface SettingsGuard {
  /**
   * A wallet under another service account could never be made, and its keys are written once.
   * @throws ServiceError `SERVICE_ACCOUNT_CHANGED`
   */
  requireAccount(): Promise<void>;
  /**
   * New keys under another master key would be encrypted differently from the old ones.
   * @returns the deployment id, which keys are bound to
   * @throws ServiceError `MASTER_KEY_CHANGED`, `SEALED_TO_NOBODY`, `SEALING_KEY_UNKNOWN`
   */
  requireMasterKeys(): Promise<string>;
}

interface GuardParts {
  config: EngineConfig;
  ledger: Pick<TransactionLedger, 'readDeployment'>;
  keys: WalletKeyStore;
  vault: KeyVault;
  clock: Clock;
  randomBytes: (size: number) => Uint8Array;
}

export function createSettingsGuard(parts: GuardParts): SettingsGuard {
  return new Guard(parts);
}

class Guard implements SettingsGuard {
  readonly #parts: GuardParts;
  #isAccountCompared = false;
  #deploymentId: string | null = null;

  constructor(parts: GuardParts) {
    this.#parts = parts;
  }

  async requireAccount(): Promise<void> {
    const { config, ledger } = this.#parts;
    if (this.#isAccountCompared) return;
    const deployment = await ledger.readDeployment();
    if (!deployment) return;
    const refusal = refusalByDeployment(config, deployment);
    if (refusal?.code === 'SERVICE_ACCOUNT_CHANGED') {
      throw new ServiceError(refusal.code, refusal.message);
    }
    this.#isAccountCompared = true;
  }

  async requireMasterKeys(): Promise<string> {
    const { keys, vault, clock, randomBytes } = this.#parts;
    // Each time: the workers may have come to open another key since.
    if (!vault.opensKeys) await requireSealingKey({ keys, vault });
    if (this.#deploymentId !== null) return this.#deploymentId;
    await requireMasterKeys({ keys, vault, clock, randomBytes });
    this.#deploymentId = await keys.readDeploymentId();
    return this.#deploymentId;
  }
}
