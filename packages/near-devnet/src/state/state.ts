import type { Hash } from '../bytes/hash.ts';
import type { ProtocolConfig } from '../rules/protocol-config.ts';
import type { KeyPermission } from '../rules/transaction.ts';
import type { ActionReceipt } from './receipt.ts';
import { VersionedMap } from './versioned-map.ts';

export interface Account {
  readonly amountYocto: bigint;
  readonly lockedYocto: bigint;
  readonly storageUsage: number;
  /** The name of the built-in contract this account runs, or null. */
  readonly contract: string | null;
  readonly publicKeys: readonly string[];
}

export interface AccessKey {
  readonly nonce: bigint;
  readonly permission: KeyPermission;
}

/** What contracts may read: the state of one block. */
export interface StateView {
  account(accountId: string): Account | undefined;
  accessKey(accountId: string, publicKey: string): AccessKey | undefined;
  data(contractId: string, key: string): bigint | undefined;
}

// A space is legal neither in an account id nor in a key, so joined names cannot collide.
const joined = (owner: string, name: string) => `${owner} ${name}`;

/** Accounts, access keys, contract data and waiting receipts, with the history of the last blocks. */
export class State implements StateView {
  readonly accounts = new VersionedMap<Account>();
  readonly accessKeys = new VersionedMap<AccessKey>();
  readonly contractData = new VersionedMap<bigint>();
  /** Receipts waiting for results, by id. */
  readonly postponed = new VersionedMap<ActionReceipt>();
  /** Results that arrived before all of a receipt's, by data id; null for a failed one. */
  readonly receivedData = new VersionedMap<{ readonly data: Uint8Array | null }>();
  /** Which receipt waits for a data id. */
  readonly awaitedBy = new VersionedMap<Hash>();

  account(accountId: string): Account | undefined {
    return this.accounts.get(accountId);
  }

  setAccount(accountId: string, account: Account | undefined): void {
    this.accounts.set(accountId, account);
  }

  accessKey(accountId: string, publicKey: string): AccessKey | undefined {
    return this.accessKeys.get(joined(accountId, publicKey));
  }

  setAccessKey(accountId: string, publicKey: string, key: AccessKey | undefined): void {
    this.accessKeys.set(joined(accountId, publicKey), key);
  }

  data(contractId: string, key: string): bigint | undefined {
    return this.contractData.get(joined(contractId, key));
  }

  setData(contractId: string, key: string, value: bigint | undefined): void {
    this.contractData.set(joined(contractId, key), value);
  }

  /** The state at the end of a block within the history kept. */
  at(height: number): StateView {
    return {
      account: (accountId) => this.accounts.getAt(accountId, height),
      accessKey: (accountId, publicKey) =>
        this.accessKeys.getAt(joined(accountId, publicKey), height),
      data: (contractId, key) => this.contractData.getAt(joined(contractId, key), height),
    };
  }

  begin(): void {
    for (const map of this.#maps()) map.begin();
  }

  commit(): void {
    for (const map of this.#maps()) map.commit();
  }

  rollback(): void {
    for (const map of this.#maps()) map.rollback();
  }

  seal(height: number): void {
    for (const map of this.#maps()) map.seal(height);
  }

  revert(height: number): void {
    for (const map of this.#maps()) map.revert(height);
  }

  pruneBefore(height: number): void {
    for (const map of this.#maps()) map.pruneBefore(height);
  }

  #maps() {
    return [
      this.accounts,
      this.accessKeys,
      this.contractData,
      this.postponed,
      this.receivedData,
      this.awaitedBy,
    ] as const;
  }
}

/** Bytes an access key takes: the key (with its curve), the borsh form of its rights, the record itself. */
export function accessKeyStorage(
  config: ProtocolConfig,
  publicKey: string,
  { permission }: Pick<AccessKey, 'permission'>,
): number {
  const keyBytes = publicKey.startsWith('ed25519:') ? 33 : 65;
  return keyBytes + accessKeyBytes(permission) + config.recordStorageBytes;
}

function accessKeyBytes(permission: KeyPermission): number {
  // Nonce and the tag of the permission.
  const base = 8 + 1;
  if (permission.type === 'FullAccess') return base;
  const allowance = permission.allowanceYocto === null ? 1 : 17;
  const names = permission.methodNames.reduce(
    (total, name) => total + 4 + Buffer.byteLength(name),
    4,
  );
  return base + allowance + 4 + Buffer.byteLength(permission.receiverId) + names;
}

/** Yocto missing for the account's storage, 0 when it has enough or is small enough to need none. */
export function storageShortfallYocto(
  config: ProtocolConfig,
  { amountYocto, lockedYocto, storageUsage }: Account,
): bigint {
  if (storageUsage <= config.zeroBalanceStorageLimit) return 0n;
  const required = BigInt(storageUsage) * config.storagePricePerByteYocto;
  const available = amountYocto + lockedYocto;
  return available >= required ? 0n : required - available;
}
