import { createHash, createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import type { KeyPairString } from 'near-api-js';
import { encodeBase58 } from '../bytes/base58.ts';
import { publicKeyText } from '../bytes/public-key.ts';
import type { StateRecord } from './state-record.ts';

export interface GenesisToken {
  readonly contractId: string;
  readonly ownerId: string;
  readonly name: string;
  readonly symbol: string;
  readonly decimals: number;
  readonly totalSupplyBaseUnits: bigint;
  /** The price of a registration; default 0.00125 NEAR, as in the standard implementation. */
  readonly registrationDepositYocto?: bigint;
  /** Whether anyone may mint for tests (`ft_mint`). */
  readonly isOpenMint: boolean;
}

interface GenesisAccount {
  readonly accountId: string;
  readonly balanceYocto: bigint;
  /** Public keys with full access. */
  readonly publicKeys: readonly string[];
}

/** The genesis of a chain. Chains with equal fields have the same genesis hash and the same blocks. */
export interface Genesis {
  readonly networkId: string;
  /** Distinguishes devnets with the same accounts, so that a wiped data directory is noticed. */
  readonly chainInstanceId: string;
  readonly height: number;
  readonly accounts: readonly GenesisAccount[];
  readonly tokens: readonly GenesisToken[];
  /** More records of the first state: of a genesis file or an export of another chain. */
  readonly records?: readonly StateRecord[];
}

/** A published key pair, derived from the account id, so that it is the same everywhere. Never for real money. */
export function developmentKey(accountId: string): DevelopmentKey {
  const known = developmentKeys.get(accountId);
  if (known !== undefined) return known;
  const key = deriveDevelopmentKey(accountId);
  developmentKeys.set(accountId, key);
  return key;
}

interface DevelopmentKey {
  readonly publicKey: string;
  readonly secretKey: KeyPairString;
}

// Holds a handful of keys: only code of this project derives them.
const developmentKeys = new Map<string, DevelopmentKey>();

function deriveDevelopmentKey(accountId: string): DevelopmentKey {
  const seed = createHash('sha256').update(`choonsim devnet public key of ${accountId}`).digest();
  const publicBytes = ed25519PublicBytes(seed);
  return {
    publicKey: publicKeyText(0, publicBytes),
    secretKey: `ed25519:${encodeBase58(Buffer.concat([seed, publicBytes]))}`,
  };
}

const ED25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

function ed25519PublicBytes(seed: Uint8Array): Buffer {
  const der = Buffer.concat([ED25519_PKCS8_PREFIX, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  // The last 32 bytes of the SPKI form are the key itself.
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
}

const NEAR = 10n ** 24n;
const CHOCO_SUPPLY = 1_000_000_000n * 10n ** 18n;

export const ROOT_ACCOUNT = 'devnet';
export const SERVICE_ACCOUNT = 'choonsim.devnet';
export const CHOCO_TOKEN = 'choco.devnet';
export const TEST_TOKEN = 'test-token.devnet';
/** A rich account with a published key, from which tests take NEAR. */
export const FAUCET_ACCOUNT = 'faucet.devnet';

/** Accounts whose secret keys are published. */
export const DEVELOPMENT_ACCOUNTS = [
  ROOT_ACCOUNT,
  SERVICE_ACCOUNT,
  CHOCO_TOKEN,
  TEST_TOKEN,
  FAUCET_ACCOUNT,
] as const;

/** The default genesis with the caller's changes; a new chain instance unless one is named. */
export function createGenesis(changes: Partial<Genesis> = {}): Genesis {
  const account = (accountId: string, near: bigint): GenesisAccount => ({
    accountId,
    balanceYocto: near * NEAR,
    publicKeys: [developmentKey(accountId).publicKey],
  });
  return {
    networkId: 'devnet',
    chainInstanceId: changes.chainInstanceId ?? randomBytes(16).toString('hex'),
    height: 100,
    accounts: [
      account(ROOT_ACCOUNT, 997_000_000n),
      account(SERVICE_ACCOUNT, 1_000_000n),
      account(CHOCO_TOKEN, 1_000n),
      account(TEST_TOKEN, 1_000n),
      account(FAUCET_ACCOUNT, 1_000_000n),
    ],
    tokens: [
      {
        contractId: CHOCO_TOKEN,
        ownerId: SERVICE_ACCOUNT,
        name: 'Choco',
        symbol: 'CHOCO',
        decimals: 18,
        totalSupplyBaseUnits: CHOCO_SUPPLY,
        isOpenMint: false,
      },
      {
        contractId: TEST_TOKEN,
        ownerId: FAUCET_ACCOUNT,
        name: 'Test token',
        symbol: 'TEST',
        decimals: 6,
        totalSupplyBaseUnits: 1_000_000_000n * 10n ** 6n,
        isOpenMint: true,
      },
    ],
    ...changes,
  };
}
