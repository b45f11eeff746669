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
