import type { SealingPublicKey, StoredKey } from './key-vault.ts';

/** A stored wallet key; a part is null in a record that was torn before this engine. */
export interface StoredWalletKey {
  /** Of this database: it is the same in every row. */
  deploymentId: string;
  userId: string;
  accountId: string | null;
  publicKey: string | null;
  encryptedPrivateKey: string;
}

/** @returns null when a part of the record is missing */
export function wholeKey(stored: StoredWalletKey): StoredKey | null {
  const { deploymentId, userId: walletId, accountId, publicKey, encryptedPrivateKey } = stored;
  if (accountId === null || publicKey === null) return null;
  return { deploymentId, walletId, accountId, publicKey, encryptedPrivateKey };
}

/** What proves a master key without holding it. */
export interface MasterKeyProof {
  version: number;
  /** Random, base64url. */
  salt: string;
  proof: string;
}

/**
 * The stored keys of wallets, for their rotation, the only later write to them, for their owners, and what is
 * known of the master keys they are under. All methods throw
 * ServiceError `DATABASE_BUSY` when the database does not answer.
 */
export interface WalletKeyStore {
  /** The id of this deployment, as old as the tables: keys are bound to it before the chain is met. */
  readDeploymentId(): Promise<string>;

  /** Keys that begin with none of these forms, by user id. */
  readWalletKeys(page: {
    exceptForms: readonly string[];
    afterUserId: string;
    limit: number;
  }): Promise<StoredWalletKey[]>;

  /**
   * Puts another ciphertext of the same key in the place of the one that was read. Each replacement
   * stands alone.
   * @returns how many were written: one whose row has changed meanwhile is left as it is
   */
  replaceCiphertexts(
    replacements: { userId: string; publicKey: string; from: string; to: string }[],
  ): Promise<number>;

  /**
   * Writes down that the key of a READY wallet is handed to its owner, and reads it. A wallet whose record
   * is not whole, or that is not READY, is not recorded.
   * @returns null when there is nothing to hand out
   */
  recordKeyExport(handover: { ownerId: string; nowMs: number }): Promise<StoredWalletKey | null>;

  /** Keys under this master key, in no particular order. */
  readKeysOfVersion(page: { version: number; limit: number }): Promise<StoredWalletKey[]>;

  readMasterKeyProofs(): Promise<MasterKeyProof[]>;

  /** One of a version that is known already is passed over. */
  addMasterKeyProofs(addition: { proofs: MasterKeyProof[]; nowMs: number }): Promise<void>;

  /** What the workers of this deployment open: of the master keys that stand in front somewhere. */
  readSealingKeys(): Promise<SealingPublicKey[]>;

  /** One of a version that is known already is passed over. */
  addSealingKey(addition: { sealingKey: SealingPublicKey; nowMs: number }): Promise<void>;

  /** After a rotation: what is sealed to the others might soon be opened by nobody. */
  removeSealingKeys(removal: { exceptVersion: number }): Promise<void>;

  /** How many begin with none of these forms. */
  countWalletKeys(count: { exceptForms: readonly string[] }): Promise<number>;

  /** Stored keys by the version of their master key, 0 for those without one. */
  countByVersion(): Promise<Map<number, number>>;
}
