import type { Chain } from '../chain/chain.ts';
import { accessKeyView, accountView } from './views.ts';

/**
 * The state at the head as records, which a genesis and `sandbox_patch_state` take. Built-in contracts and their data
 * have no such form; global code, gas keys and waiting receipts are left out as well.
 */
export function stateRecords({ state }: Chain): object[] {
  const records: object[] = [];
  for (const [accountId, account] of state.accounts.entries()) {
    const { storage_paid_at: _, ...view } = accountView(account);
    records.push({ Account: { account_id: accountId, account: { ...view, version: 'V1' } } });
    for (const publicKey of account.publicKeys) {
      const key = state.accessKey(accountId, publicKey);
      if (key === undefined || key.gasKey !== undefined) continue;
      const access_key = accessKeyView(key);
      records.push({ AccessKey: { account_id: accountId, public_key: publicKey, access_key } });
    }
    if (account.contract?.kind !== 'local') continue;
    const code = Buffer.from(state.code(accountId) ?? []).toString('base64');
    records.push({ Contract: { account_id: accountId, code } });
    for (const key of state.storageKeys(accountId, '').sort()) {
      const value = Buffer.from(state.storageValue(accountId, key) ?? []).toString('base64');
      const data_key = Buffer.from(key, 'latin1').toString('base64');
      records.push({ Data: { account_id: accountId, data_key, value } });
    }
  }
  return records;
}
