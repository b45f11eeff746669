import { isAccountId } from '../bytes/account-id.ts';
import { parsePublicKey } from '../bytes/public-key.ts';
import type { StatePatch } from '../state/state-patch.ts';
import { parseError } from './rpc-error.ts';
import { isObject } from './rpc-params.ts';

/** Reads the `records` of `sandbox_patch_state`; throws PARSE_ERROR for what the devnet cannot patch. */
export function readPatches(records: unknown): StatePatch[] {
  if (!Array.isArray(records)) throw parseError('Failed parsing args: missing field `records`');
  return records.map(readPatch);
}

function readPatch(record: unknown): StatePatch {
  if (isObject(record) && isObject(record.Account)) {
    const { account_id: accountId, account } = record.Account;
    if (typeof accountId === 'string' && isAccountId(accountId) && isObject(account)) {
      return {
        type: 'account',
        accountId,
        amountYocto: decimal(account.amount),
        lockedYocto: decimal(account.locked ?? '0'),
      };
    }
  }
  if (isObject(record) && isObject(record.AccessKey)) {
    const { account_id: accountId, public_key: publicKey, access_key: key } = record.AccessKey;
    if (
      typeof accountId === 'string' &&
      typeof publicKey === 'string' &&
      parsePublicKey(publicKey) !== null &&
      isObject(key) &&
      typeof key.nonce === 'number' &&
      key.permission === 'FullAccess'
    ) {
      return { type: 'accessKey', accountId, publicKey, nonce: key.nonce };
    }
  }
  throw parseError(
    'Failed parsing args: the devnet patches Account records and AccessKey records with full access',
  );
}

function decimal(value: unknown): string {
  if (typeof value === 'string' && /^\d{1,39}$/.test(value)) return value;
  throw parseError('Failed parsing args: invalid amount');
}
