import type { Hash } from '../bytes/hash.ts';
import type { KeyPermission } from './transaction.ts';

/** One record of a genesis file or of `sandbox_patch_state`, in plain JSON; amounts in decimal. */
export type StateRecord =
  | {
      readonly type: 'account';
      readonly accountId: string;
      readonly amountYocto: string;
      readonly lockedYocto: string;
      /** Replaces what the storage of a patched account is counted to be; a genesis counts it. */
      readonly storageUsage?: number;
      /** In hex, of code that the account is to have, whether or not a record brings it. */
      readonly codeHash?: Hash;
    }
  | {
      readonly type: 'accessKey';
      readonly accountId: string;
      readonly publicKey: string;
      readonly nonce: number;
      /** Default: full access. */
      readonly permission?: RecordPermission;
    }
  | { readonly type: 'contract'; readonly accountId: string; readonly codeBase64: string }
  | {
      readonly type: 'data';
      readonly accountId: string;
      readonly keyBase64: string;
      readonly valueBase64: string;
    };

type RecordPermission =
  | { readonly type: 'FullAccess' }
  | {
      readonly type: 'FunctionCall';
      /** Decimal; null for no limit. */
      readonly allowanceYocto: string | null;
      readonly receiverId: string;
      readonly methodNames: readonly string[];
    };

/** Converts the permission of a record to the state's form. */
export function permissionOf(permission: RecordPermission = { type: 'FullAccess' }): KeyPermission {
  if (permission.type === 'FullAccess') return permission;
  const { allowanceYocto, receiverId, methodNames } = permission;
  return {
    type: 'FunctionCall',
    allowanceYocto: allowanceYocto === null ? null : BigInt(allowanceYocto),
    receiverId,
    methodNames,
  };
}
