import { type Hash, sha256 } from '../bytes/hash.ts';
import type { ProtocolConfig } from '../rules/protocol-config.ts';
import { permissionOf, type StateRecord } from '../rules/state-record.ts';
import { type Account, accessKeyStorage, type State } from './state.ts';

/** Writes the records of a genesis: an account's storage usage is counted from all of them. */
export function applyGenesisRecords(
  state: State,
  config: ProtocolConfig,
  records: readonly StateRecord[],
): void {
  for (const record of records) applyRecord(state, config, record);
}

/**
 * Writes records to the state; an account keeps what no record changes. Each record adjusts its storage usage, unless the
 * account's own record names it, as in nearcore.
 */
export function applyPatches(
  state: State,
  config: ProtocolConfig,
  records: readonly StateRecord[],
): void {
  applyGenesisRecords(state, config, records);
  for (const record of records) {
    if (record.type !== 'account' || record.storageUsage === undefined) continue;
    const account = state.account(record.accountId);
    if (account === undefined) continue;
    state.setAccount(record.accountId, { ...account, storageUsage: record.storageUsage });
  }
}

function applyRecord(state: State, config: ProtocolConfig, record: StateRecord): void {
  const { accountId } = record;
  const account = state.account(accountId) ?? emptyAccount(config);
  switch (record.type) {
    case 'account': {
      const amountYocto = BigInt(record.amountYocto);
      const lockedYocto = BigInt(record.lockedYocto);
      const patched = { ...account, amountYocto, lockedYocto };
      state.setAccount(accountId, patched);
      applyCodeHash(state, accountId, patched, record.codeHash);
      return;
    }
    case 'accessKey':
      applyKey(state, config, account, record);
      return;
    case 'contract': {
      const code = Buffer.from(record.codeBase64, 'base64');
      const reference = { kind: 'local', hash: sha256(code), codeLength: code.length } as const;
      state.setContract(accountId, account, reference);
      state.codes.set(`local ${accountId}`, code);
      return;
    }
    case 'data':
      applyData(state, config, account, record);
  }
}

/** An account may be given a hash before its code, or without it. Built-in and global code stay. */
function applyCodeHash(state: State, accountId: string, account: Account, hash?: Hash): void {
  const { contract } = account;
  if (hash === undefined || (contract !== null && contract.kind !== 'local')) return;
  if (contract?.hash === hash) return;
  state.setContract(accountId, account, { kind: 'local', hash, codeLength: 0 });
}

function applyKey(
  state: State,
  config: ProtocolConfig,
  account: Account,
  record: Extract<StateRecord, { type: 'accessKey' }>,
): void {
  const { accountId, publicKey, nonce } = record;
  const permission = permissionOf(record.permission);
  const replaced = state.accessKey(accountId, publicKey);
  const replacedBytes = replaced === undefined ? 0 : accessKeyStorage(config, publicKey, replaced);
  const bytes = accessKeyStorage(config, publicKey, { permission });
  state.setAccount(accountId, {
    ...account,
    storageUsage: account.storageUsage - replacedBytes + bytes,
    publicKeys: replaced === undefined ? [...account.publicKeys, publicKey] : account.publicKeys,
  });
  state.setAccessKey(accountId, publicKey, { nonce: BigInt(nonce), permission });
}

function applyData(
  state: State,
  config: ProtocolConfig,
  account: Account,
  { accountId, keyBase64, valueBase64 }: Extract<StateRecord, { type: 'data' }>,
): void {
  const key = Buffer.from(keyBase64, 'base64').toString('latin1');
  const value = Buffer.from(valueBase64, 'base64');
  const replaced = state.storageValue(accountId, key);
  const before = replaced === undefined ? -key.length - config.recordStorageBytes : replaced.length;
  const storageUsage = account.storageUsage + value.length - before;
  state.setAccount(accountId, { ...account, storageUsage });
  state.setStorageValue(accountId, key, value);
}

function emptyAccount(config: ProtocolConfig): Account {
  return {
    amountYocto: 0n,
    lockedYocto: 0n,
    storageUsage: config.accountStorageBytes,
    contract: null,
    publicKeys: [],
  };
}
