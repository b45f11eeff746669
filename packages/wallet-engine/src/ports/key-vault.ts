import type { BlockReference } from './near-chain.ts';

/** Whose key it is: a stored key opens for this wallet, account and deployment alone. */
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

/** What a process needs that seals keys for others. */
export interface SealingKey extends SealingPublicKey {
  /**
   * By this a vault knows what was sealed by a process of ours: without it, whoever can write to the database
   * could seal a key of their own for somebody else's wallet. It opens nothing. 32 bytes in base64url.
   */
  senderKey: string;
}

/**
 * All that the service account ever signs. Amounts are named although the vault knows them, so that what is
 * counted is what is signed.
 */
export type SigningPlan =
  /** A sub-account of ours, with the full-access key that the vault holds for it. */
  | { kind: 'account'; wallet: StoredKey; balanceYocto: bigint }
  /** Registration and reward of accounts of ours. */
  | {
      kind: 'rewards';
      tokenContract: string;
      accountIds: string[];
      baseUnits: bigint;
      /** For each account. */
      registrationYocto: bigint;
    }
  /** The keys of lanes of ours, added to the service account. */
  | { kind: 'lane keys'; laneNumbers: number[] }
  /** A transfer of nothing to ourselves: it only spends a nonce. */
  | { kind: 'noop' };

/**
 * The only holder of private keys. Wallets' keys leave it encrypted, and in clear by
 * {@link KeyVault.exportPrivateKey} alone; the service account's and its lanes' not at all.
 */
export interface KeyVault {
  /**
   * False: it makes wallets' keys and seals them for the vaults of others. All methods but
   * `createWalletKey` and `sealingKey` throw ServiceError `KEYS_ELSEWHERE` there.
   */
  readonly opensKeys: boolean;

  /** What others may seal keys to, for this vault to open, or what this one seals to. */
  sealingKey(): SealingKey;

  /**
   * A new random key pair for the wallet. What is stored opens for this binding only; unless it is sealed
   * for others, it was opened and compared before this returns.
   */
  createWalletKey(wallet: KeyBinding): Promise<{ publicKey: string; encryptedPrivateKey: string }>;

  /**
   * Proves that the stored private key opens and belongs to the public key.
   * @returns the version of the master key that opens it; another than it names where two keys were
   * used under one version, and one of them has been given another since
   * @throws WalletError `WALLET_KEY_UNREADABLE`; ServiceError `MASTER_KEY_MISSING` when it is under a
   * master key that this process was not given: its fault, not the wallet's
   */
  verifyWalletKey(wallet: StoredKey): Promise<{ version: number }>;

  /** Of every master key this process was given, the one that encrypts first. */
  readonly versions: readonly number[];

  /**
   * What only the holder of the master key of this version can tell, and tells nothing of it.
   * @throws Error when there is none of this version
   */
  masterKeyProof(question: { version: number; salt: string }): string;

  /** The version of the master key that encrypts. */
  readonly encryptionVersion: number;

  /** How stored keys begin that need no rotation: under that master key, and bound as {@link KeyBinding}. */
  readonly currentForms: readonly string[];

  /**
   * The same private key under the master key that encrypts now, in the newest form. It was opened, compared with the
   * public key, and proven to open again with that master key alone.
   * @throws as {@link verifyWalletKey}
   */
  reencryptWalletKey(wallet: StoredKey): Promise<string>;

  /**
   * The private key in clear, for its owner: `ed25519:` and base58 of seed and public key, as NEAR's tools
   * and wallets read it. Only `operations/export-wallet-key.ts` may ask, which records it first. It proves
   * nothing of who asks.
   * @throws as {@link verifyWalletKey}
   */
  exportPrivateKey(wallet: StoredKey): Promise<string>;

  /**
   * The public key of a lane: 0 is the service account's own key, the others are derived from it
   * (HKDF-SHA256, RFC 5869, salted with the deployment id), so nothing more must be kept.
   */
  lanePublicKey(lane: { deploymentId: string; laneNumber: number }): string;

  /**
   * Signs a plan of this service with a lane, without any I/O: the hash is known before anything is sent.
   * What else the account could sign, nobody can ask for.
   * @throws ServiceError `PLAN_REFUSED` when it is not within the vault's terms, whoever asks
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
