import type { Hash } from '../bytes/hash.ts';
import {
  GAS_KEY_TERMS_BYTES,
  NONCE_BYTES,
  NONCE_INDEX_BYTES,
  storedKeyBytes,
} from '../rules/fees.ts';
import type { ProtocolConfig } from '../rules/protocol-config.ts';
import type { KeyPermission } from '../rules/transaction.ts';
import {
  type ContractReference,
  codeKey,
  type GlobalCode,
  globalCodeKey,
  referenceBytes,
} from './contract-reference.ts';
import { KeyTrie } from './key-trie.ts';
import type { ActionReceipt } from './receipt.ts';
import { VersionedMap } from './versioned-map.ts';

export interface Account {
  readonly amountYocto: bigint;
  readonly lockedYocto: bigint;
  readonly storageUsage: number;
  /** The account's code, or null. */
  readonly contract: ContractReference | null;
  readonly publicKeys: readonly string[];
}

export interface AccessKey {
  /** Unused, and 0, in a gas key. */
  readonly nonce: bigint;
  readonly permission: KeyPermission;
  /** Balance and nonces of a gas key. */
  readonly gasKey?: GasKey;
}

/** The balance that pays for gas, and independent nonces. */
export interface GasKey {
  readonly balanceYocto: bigint;
  readonly nonces: readonly bigint[];
}

/** A read-only view of the state of one block. */
export interface StateView {
  account(accountId: string): Account | undefined;
  accessKey(accountId: string, publicKey: string): AccessKey | undefined;
  /** Data of a built-in contract. */
  data(contractId: string, key: string): bigint | undefined;
  /** The value of a contract's key; the key is its bytes as latin1 text. */
  storageValue(contractId: string, key: string): Uint8Array | undefined;
  /** All keys of a contract with this prefix, unordered. */
  storageKeys(contractId: string, prefix: string): string[];
  /** The code of an account; undefined without code and for a built-in contract. */
  code(accountId: string): Uint8Array | undefined;
  /** Global code, or undefined. */
  globalCode(identifier: GlobalCode): Uint8Array | undefined;
}

/** A yielded promise, which waits to be resumed. */
export interface YieldedPromise {
  readonly receipt: ActionReceipt;
  /** The block in which it times out; null once it has. */
  readonly timeoutHeight: number | null;
}

// An account id contains no space, so joined names cannot collide.
const joined = (owner: string, name: string) => `${owner} ${name}`;

/** Accounts, access keys, contract data and waiting receipts, with the history of the last blocks. */
export class State implements StateView {
  readonly accounts = new VersionedMap<Account>();
  readonly accessKeys = new VersionedMap<AccessKey>();
  readonly contractData = new VersionedMap<bigint>();
  readonly #storageTrie = new KeyTrie();
  /** Keys and values of contracts. */
  readonly storage = new VersionedMap<Uint8Array>((key, exists) => {
    if (exists) this.#storageTrie.add(key);
    else this.#storageTrie.remove(key);
  });
  /** Code by its key, see `codeKey`. */
  readonly codes = new VersionedMap<Uint8Array>();
  /** Yielded promises, by data id. */
  readonly yielded = new VersionedMap<YieldedPromise>();
  /** Receipts that wait for data, by id. */
  readonly postponed = new VersionedMap<ActionReceipt>();
  /** Data that arrived before the rest of a receipt's data, by data id; null for a failed result. */
  readonly receivedData = new VersionedMap<{ readonly data: Uint8Array | null }>();
  /** The receipt that waits for a data id. */
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

  storageValue(contractId: string, key: string): Uint8Array | undefined {
    return this.storage.get(joined(contractId, key));
  }

  setStorageValue(contractId: string, key: string, value: Uint8Array | undefined): void {
    this.storage.set(joined(contractId, key), value);
  }

  storageKeys(contractId: string, prefix: string): string[] {
    return this.#storageKeysAt(contractId, prefix, Number.MAX_SAFE_INTEGER);
  }

  /** Trie nodes visited to find the key's old value; 0 if this block has written the key already. */
  visitedNodes(contractId: string, key: string): number {
    const name = joined(contractId, key);
    return this.storage.isTouched(name) ? 0 : this.#storageTrie.visitedNodes(name);
  }

  /** The data id of the contract's yielded promise of this name; null if there is none. */
  dataIdOfYield(contractId: string, yieldId: Hash): Hash | null {
    for (const [dataId, { receipt }] of this.yielded.entries()) {
      if (receipt.receiverId === contractId && receipt.yieldId === yieldId) return dataId;
    }
    return null;
  }

  code(accountId: string): Uint8Array | undefined {
    const key = keyOfCode(this.account(accountId), accountId);
    return key === null ? undefined : this.codes.get(key);
  }

  globalCode(identifier: GlobalCode): Uint8Array | undefined {
    return this.codes.get(globalCodeKey(identifier));
  }

  /** Changes the code of an account, and its storage usage. */
  setContract(accountId: string, account: Account, contract: ContractReference | null): void {
    const storageUsage =
      account.storageUsage - referenceBytes(account.contract) + referenceBytes(contract);
    if (account.contract?.kind === 'local') this.codes.set(`local ${accountId}`, undefined);
    this.setAccount(accountId, { ...account, storageUsage, contract });
  }

  /** The state at the end of a block within the history kept. */
  at(height: number): StateView {
    return {
      account: (accountId) => this.accounts.getAt(accountId, height),
      accessKey: (accountId, publicKey) =>
        this.accessKeys.getAt(joined(accountId, publicKey), height),
      data: (contractId, key) => this.contractData.getAt(joined(contractId, key), height),
      storageValue: (contractId, key) => this.storage.getAt(joined(contractId, key), height),
      storageKeys: (contractId, prefix) => this.#storageKeysAt(contractId, prefix, height),
      code: (accountId) => {
        const key = keyOfCode(this.accounts.getAt(accountId, height), accountId);
        return key === null ? undefined : this.codes.getAt(key, height);
      },
      globalCode: (identifier) => this.codes.getAt(globalCodeKey(identifier), height),
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

  #storageKeysAt(contractId: string, prefix: string, height: number): string[] {
    const start = joined(contractId, '');
    const keys = this.storage.keysAt(start + prefix, height);
    return Array.from(keys, (key) => key.slice(start.length));
  }

  #maps() {
    return [
      this.accounts,
      this.accessKeys,
      this.contractData,
      this.storage,
      this.codes,
      this.yielded,
      this.postponed,
      this.receivedData,
      this.awaitedBy,
    ] as const;
  }
}

function keyOfCode(account: Account | undefined, accountId: string): string | null {
  const contract = account?.contract ?? null;
  return contract === null ? null : codeKey(accountId, contract);
}

/** Storage bytes of an access key: the key with its curve, the borsh form of its permission, the record, and its nonces. */
export function accessKeyStorage(
  config: ProtocolConfig,
  publicKey: string,
  { permission, gasKey }: Pick<AccessKey, 'permission' | 'gasKey'>,
): number {
  const keyBytes = storedKeyBytes(publicKey);
  const bytes = keyBytes + accessKeyBytes(permission) + config.recordStorageBytes;
  if (gasKey === undefined) return bytes;
  const nonceBytes = keyBytes + NONCE_INDEX_BYTES + NONCE_BYTES + config.recordStorageBytes;
  return bytes + GAS_KEY_TERMS_BYTES + gasKey.nonces.length * nonceBytes;
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

/** Yocto missing for the account's storage; 0 if it has enough or is small enough to need none. */
export function storageShortfallYocto(
  config: ProtocolConfig,
  { amountYocto, lockedYocto, storageUsage }: Account,
): bigint {
  if (storageUsage <= config.zeroBalanceStorageLimit) return 0n;
  const required = BigInt(storageUsage) * config.storagePricePerByteYocto;
  const available = amountYocto + lockedYocto;
  return available >= required ? 0n : required - available;
}
