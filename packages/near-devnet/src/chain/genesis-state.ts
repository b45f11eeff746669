import { type Hash, sha256 } from '../bytes/hash.ts';
import { initialTokenData } from '../contracts/token.ts';
import type { Genesis } from '../rules/genesis.ts';
import type { ProtocolConfig } from '../rules/protocol-config.ts';
import { BUILT_IN_CODE_BYTES } from '../state/contract-reference.ts';
import { accessKeyStorage, type State } from '../state/state.ts';
import { applyGenesisRecords } from '../state/state-patch.ts';

const FULL_ACCESS = { type: 'FullAccess' } as const;

/** Writes the accounts, keys and tokens of the genesis. */
export function writeGenesisState(
  state: State,
  { accounts, tokens, records }: Genesis,
  config: ProtocolConfig,
): void {
  for (const { accountId, balanceYocto, publicKeys } of accounts) {
    const isToken = tokens.some(({ contractId }) => contractId === accountId);
    let storageUsage = config.accountStorageBytes + (isToken ? BUILT_IN_CODE_BYTES : 0);
    for (const publicKey of publicKeys) {
      state.setAccessKey(accountId, publicKey, { nonce: 0n, permission: FULL_ACCESS });
      storageUsage += accessKeyStorage(config, publicKey, { permission: FULL_ACCESS });
    }
    state.setAccount(accountId, {
      amountYocto: balanceYocto,
      lockedYocto: 0n,
      storageUsage,
      contract: isToken ? { kind: 'built-in', name: accountId } : null,
      publicKeys,
    });
  }
  for (const token of tokens) {
    for (const [key, value] of initialTokenData(token)) state.setData(token.contractId, key, value);
  }
  applyGenesisRecords(state, config, records ?? []);
}

/** The digest from which the hashes of all blocks are derived. */
export function genesisDigest(genesis: Genesis): Hash {
  return sha256(
    JSON.stringify(genesis, (_, value: unknown) =>
      typeof value === 'bigint' ? `${value}` : value,
    ),
  );
}
