import type { BlockReference } from './near-chain.ts';

/** What a stored key is bound to: it opens for this wallet, account and deployment alone. */
export interface KeyBinding {
  deploymentId: string;
  walletId: string;
  accountId: string;
}

/** A wallet's key as it is stored. */
export interface StoredKey extends KeyBinding {
  publicKey: string;
  encryptedPrivateKey: string;
}

/** The public half of what opens sealed keys. */
export interface SealingPublicKey {
  /** Of the master key that the private half is derived from. */
  version: number;
  /** X25519, 32 bytes in base64url. */
  publicKey: string;
}

/** What a process that seals keys for others needs. */
export interface SealingKey extends SealingPublicKey {
  /**
   * Authenticates the sealing process: without it, anyone who can write to the database could seal a key of
   * their own for another user's wallet. It opens nothing. 32 bytes in base64url.
   */
  senderKey: string;
}

/**
 * Everything the service account ever signs. Amounts are named although the vault knows them, so that what
 * is counted is what is signed.
 */
export type SigningPlan =
  /** A sub-account of the service account, with the full-access key that the vault holds for it. */
  | { kind: 'account'; wallet: StoredKey; balanceYocto: bigint }
  /** Registration and reward of such sub-accounts. */
  | {
      kind: 'rewards';
      tokenContract: string;
      accountIds: string[];
      baseUnits: bigint;
      /** For each account. */
      registrationYocto: bigint;
    }
  /** Lane keys, added to the service account. */
  | { kind: 'lane keys'; laneNumbers: number[] }
  /** A transfer of 0 to the service account itself: it only spends a nonce. */
  | { kind: 'noop' };

/**
 * The only holder of private keys. Wallets' keys leave it encrypted, and in clear only through
 * {@link KeyVault.exportPrivateKey}; the service account's and its lanes' keys never leave it.
 */
export interface KeyVault {
  /**
   * False: it makes wallets' keys and seals them for the vaults of other processes. All methods but
   * `createWalletKey` and `sealingKey` throw ServiceError `KEYS_ELSEWHERE` there.
   */
  readonly opensKeys: boolean;

  /** The key to which others may seal keys for this vault, or to which this vault seals. */
  sealingKey(): SealingKey;

  /**
   * A new random key pair for the wallet. The stored form opens for this binding only; unless it is sealed
   * for others, it has been opened and compared before this returns.
   */
  createWalletKey(wallet: KeyBinding): Promise<{ publicKey: string; encryptedPrivateKey: string }>;

  /**
   * Proves that the stored private key opens and belongs to the public key.
   * @returns the version of the master key that opens it; it differs from the version it names where two keys
   * once shared a version, and one of them was renumbered
   * @throws WalletError `WALLET_KEY_UNREADABLE`; ServiceError `MASTER_KEY_MISSING` when it is under a
   * master key that this process lacks: an error of the process, not of the wallet
   */
  verifyWalletKey(wallet: StoredKey): Promise<{ version: number }>;

  /** Versions of all master keys of this process; the first one encrypts. */
  readonly versions: readonly number[];

  /**
   * A proof that only the holder of this version's master key can compute, and that reveals nothing of it.
   * @throws Error when there is none of this version
   */
  masterKeyProof(question: { version: number; salt: string }): string;

  /** The version of the master key that encrypts. */
  readonly encryptionVersion: number;

  /** Prefixes of stored keys that need no rotation: under that master key, and bound as {@link KeyBinding}. */
  readonly currentForms: readonly string[];

  /**
   * The same private key under the master key that encrypts now, in the newest form. It was opened, compared with the
   * public key, and proven to open again with that master key alone.
   * @throws as {@link verifyWalletKey}
   */
  reencryptWalletKey(wallet: StoredKey): Promise<string>;

  /**
   * The private key in clear, for its owner: `ed25519:` and base58 of seed and public key, as NEAR's tools
   * and wallets read it. Only `operations/export-wallet-key.ts` may call it, which records it first. The
   * caller is not authenticated here.
   * @throws as {@link verifyWalletKey}
   */
  exportPrivateKey(wallet: StoredKey): Promise<string>;

  /**
   * The public key of a lane: 0 is the service account's own key, the others are derived from it
   * (HKDF-SHA256, RFC 5869, salted with the deployment id), so nothing more must be kept.
   */
  lanePublicKey(lane: { deploymentId: string; laneNumber: number }): string;

  /**
   * Signs a plan with a lane, without any I/O: the hash is known before anything is sent. There is no way
   * to have anything else signed.
   * @throws ServiceError `PLAN_REFUSED` when it is not within the vault's terms
   * @throws as {@link verifyWalletKey} for a new account whose key the vault does not hold
   */
  signTransaction(transaction: {
    deploymentId: string;
    laneNumber: number;
    nonce: number;
    plan: SigningPlan;
    reference: BlockReference;
  }): Promise<{ hash: string; publicKey: string; receiverId: string; signedBytes: string }>;
}
