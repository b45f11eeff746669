import { isAccountId } from '../bytes/account-id.ts';
import { type Hash, hashFromBase58 } from '../bytes/hash.ts';
import { parsePublicKey } from '../bytes/public-key.ts';
import type { StateRecord } from '../rules/state-record.ts';
import { parseError } from './rpc-error.ts';
import { isObject } from './rpc-params.ts';
import { NO_CODE_HASH } from './views.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Reads the records of `sandbox_patch_state` or of a genesis; throws PARSE_ERROR for unsupported records. */
export function readRecords(records: unknown): StateRecord[] {
  if (!Array.isArray(records)) throw parseError('Failed parsing args: missing field `records`');
  return records.map(readRecord);
}

function readRecord(record: unknown): StateRecord {
  const [kind, fields] = isObject(record) ? (Object.entries(record)[0] ?? []) : [];
  if (!isObject(fields)) throw refused('a record is an object with one of these names');
  const accountId = fields.account_id;
  if (typeof accountId !== 'string' || !isAccountId(accountId)) throw refused('invalid account id');
  switch (kind) {
    case 'Account':
      return readAccount(accountId, fields);
    case 'AccessKey':
      return readKey(accountId, fields);
    case 'Contract':
      return { type: 'contract', accountId, codeBase64: base64(fields.code) };
    case 'Data':
      return {
        type: 'data',
        accountId,
        keyBase64: base64(fields.data_key),
        valueBase64: base64(fields.value),
      };
    default:
      throw refused(`unsupported record ${kind}`);
  }
}

function readAccount(accountId: string, { account }: JsonObject): StateRecord {
  if (!isObject(account)) throw refused('an Account record has an `account`');
  const { storage_usage: storageUsage, code_hash: codeHash } = account;
  if (storageUsage !== undefined && !isWhole(storageUsage)) throw refused('invalid storage usage');
  return {
    type: 'account',
    accountId,
    amountYocto: decimal(account.amount),
    lockedYocto: decimal(account.locked ?? '0'),
    ...(storageUsage === undefined ? {} : { storageUsage }),
    ...(codeHash === undefined || codeHash === NO_CODE_HASH ? {} : { codeHash: hash(codeHash) }),
  };
}

function readKey(accountId: string, fields: JsonObject): StateRecord {
  const { public_key: publicKey, access_key: key } = fields;
  const isKey = typeof publicKey === 'string' && parsePublicKey(publicKey) !== null;
  if (!isKey || !isObject(key) || !isWhole(key.nonce)) {
    throw refused('an AccessKey record has a `public_key`, and an `access_key` with its nonce');
  }
  const record = { type: 'accessKey', accountId, publicKey, nonce: key.nonce } as const;
  if (key.permission === 'FullAccess') return record;
  const call = isObject(key.permission) ? key.permission.FunctionCall : undefined;
  if (!isObject(call)) throw refused('the permission is FullAccess or FunctionCall');
  const { allowance = null, receiver_id: receiverId, method_names: methodNames = [] } = call;
  const isNamed =
    Array.isArray(methodNames) && methodNames.every((name) => typeof name === 'string');
  if (typeof receiverId !== 'string' || !isNamed) throw refused('invalid permission');
  const allowanceYocto = allowance === null ? null : decimal(allowance);
  const permission = { type: 'FunctionCall', allowanceYocto, receiverId, methodNames } as const;
  return { ...record, permission };
}

function decimal(value: unknown): string {
  if (typeof value === 'string' && /^\d{1,39}$/.test(value) && BigInt(value) < 2n ** 128n) {
    return value;
  }
  throw refused('invalid amount');
}

function hash(value: unknown): Hash {
  const read = typeof value === 'string' ? hashFromBase58(value) : null;
  if (read === null) throw refused('invalid hash');
  return read;
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function base64(value: unknown): string {
  if (typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value)) return value;
  throw refused('invalid base64');
}

function refused(reason: string) {
  return parseError(
    `Failed parsing args: ${reason}; the devnet takes Account, AccessKey, Contract and Data records`,
  );
}
