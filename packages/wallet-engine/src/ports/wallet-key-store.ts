import type { SealingPublicKey, StoredKey } from './key-vault.ts';

/** A stored wallet key; a part is null in an incomplete record older than this engine. */
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

/** Proves a master key without containing it. */
export interface MasterKeyProof {
  version: number;
  /** Random, base64url. */
  salt: string;
  proof: string;
}

/**
 * The stored keys of wallets, for rotation (the only later write to them) and export, and what is known of
 * the master keys they are under. All methods throw ServiceError `DATABASE_BUSY` when the database does not
 * answer.
 */
export interface WalletKeyStore {
  /** The id of this deployment, created with the tables: keys are bound to it before the chain is met. */
  readDeploymentId(): Promise<string>;

  /** Keys that begin with none of these forms, by user id. */
  readWalletKeys(page: {
    exceptForms: readonly string[];
    afterUserId: string;
    limit: number;
  }): Promise<StoredWalletKey[]>;

  /**
   * Replaces the ciphertext that was read by another one of the same key. Each replacement is independent.
   * @returns how many were written: a row that has changed meanwhile stays as it is
   */
  replaceCiphertexts(
    replacements: { userId: string; publicKey: string; from: string; to: string }[],
  ): Promise<number>;

  /**
   * Records that the key of a READY wallet is handed to its owner, and reads it. Nothing is recorded for an
   * incomplete record or a wallet that is not READY.
   * @returns null when there is nothing to hand out
   */
  recordKeyExport(handover: { ownerId: string; nowMs: number }): Promise<StoredWalletKey | null>;

  /** Keys under this master key, in no particular order. */
  readKeysOfVersion(page: { version: number; limit: number }): Promise<StoredWalletKey[]>;

  readMasterKeyProofs(): Promise<MasterKeyProof[]>;

  /** One of a version that is known already is skipped. */
  addMasterKeyProofs(addition: { proofs: MasterKeyProof[]; nowMs: number }): Promise<void>;

  /** The sealing keys that this deployment's workers open: of each master key that is some worker's first. */
  readSealingKeys(): Promise<SealingPublicKey[]>;

  /** One of a version that is known already is skipped. */
  addSealingKey(addition: { sealingKey: SealingPublicKey; nowMs: number }): Promise<void>;

  /** After a rotation: soon no process may be able to open what is sealed to the others. */
  removeSealingKeys(removal: { exceptVersion: number }): Promise<void>;

  /** How many keys begin with none of these forms. */
  countWalletKeys(count: { exceptForms: readonly string[] }): Promise<number>;

  /** Stored keys by the version of their master key, 0 for those without one. */
  countByVersion(): Promise<Map<number, number>>;
}
