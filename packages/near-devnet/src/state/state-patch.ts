import { isAccountId } from '../bytes/account-id.ts';
import { parsePublicKey } from '../bytes/public-key.ts';
import { parseError } from '../rpc/rpc-error.ts';
import { isObject } from '../rpc/rpc-params.ts';
import type { ProtocolConfig } from '../rules/protocol-config.ts';
import { accessKeyStorage, type State } from './state.ts';

/** One record of `sandbox_patch_state`, as far as the devnet has such state. Amounts in decimal. */
export type StatePatch =
  | {
      readonly type: 'account';
      readonly accountId: string;
      readonly amountYocto: string;
      readonly lockedYocto: string;
    }
  | {
      readonly type: 'accessKey';
      readonly accountId: string;
      readonly publicKey: string;
      readonly nonce: number;
    };

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

/** Writes patches to the state; an account keeps its contract and keys. */
export function applyPatches(
  state: State,
  config: ProtocolConfig,
  patches: readonly StatePatch[],
): void {
  for (const patch of patches) {
    const { accountId } = patch;
    const account = state.account(accountId) ?? {
      amountYocto: 0n,
      lockedYocto: 0n,
      storageUsage: config.accountStorageBytes,
      contract: null,
      publicKeys: [],
    };
    if (patch.type === 'account') {
      const amountYocto = BigInt(patch.amountYocto);
      state.setAccount(accountId, {
        ...account,
        amountYocto,
        lockedYocto: BigInt(patch.lockedYocto),
      });
      continue;
    }
    const { publicKey, nonce } = patch;
    const permission = { type: 'FullAccess' } as const;
    if (state.accessKey(accountId, publicKey) === undefined) {
      state.setAccount(accountId, {
        ...account,
        storageUsage: account.storageUsage + accessKeyStorage(config, publicKey, { permission }),
        publicKeys: [...account.publicKeys, publicKey],
      });
    }
    state.setAccessKey(accountId, publicKey, { nonce: BigInt(nonce), permission });
  }
}
