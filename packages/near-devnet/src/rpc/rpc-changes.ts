import { hashToBase58 } from '../bytes/hash.ts';
import type { Chain } from '../chain/chain.ts';
import { handlerError, parseError } from './rpc-error.ts';
import { RpcParams, requireBlock } from './rpc-params.ts';
import { accessKeyView, accountView } from './views.ts';

interface Change {
  readonly cause: object;
  readonly type: string;
  readonly change: object;
}

/** `EXPERIMENTAL_changes`: what a block changed of the accounts and keys asked for. */
export function changes(chain: Chain, rawParams: unknown) {
  const params = new RpcParams(rawParams);
  const type = params.string('changes_type');
  const height = requireHistory(chain, params);
  return {
    block_hash: hashToBase58(chain.blocks.hashAt(height)),
    changes: changesOf(chain, height, type, params),
  };
}

/** `EXPERIMENTAL_changes_in_block`: which accounts and keys a block touched. */
export function changesInBlock(chain: Chain, rawParams: unknown) {
  const height = requireHistory(chain, new RpcParams(rawParams));
  const touched = [
    ...chain.state.accounts
      .changedAt(height)
      .map((id) => ({ type: 'account_touched', account_id: id })),
    ...chain.state.accessKeys.changedAt(height).map((id) => ({
      type: 'access_key_touched',
      account_id: id.split(' ')[0],
    })),
    ...[...new Set(chain.state.contractData.changedAt(height).map((id) => id.split(' ')[0]))].map(
      (id) => ({ type: 'data_touched', account_id: id }),
    ),
  ];
  return { block_hash: hashToBase58(chain.blocks.hashAt(height)), changes: touched };
}

function requireHistory(chain: Chain, params: RpcParams): number {
  const height = requireBlock(chain, params);
  if (height > chain.earliestStateHeight || height === chain.head) return height;
  const asked = String(params.value('block_id') ?? params.value('finality'));
  throw handlerError(
    'UNKNOWN_BLOCK',
    { block_reference: { block_id: params.value('block_id') ?? height } },
    `DB Not Found Error: BLOCK: ${asked}`,
  );
}

function changesOf(chain: Chain, height: number, type: string, params: RpcParams): Change[] {
  switch (type) {
    case 'account_changes': {
      const wanted = readAccountIds(params);
      const touched = chain.state.accounts.changedAt(height).filter((id) => wanted.has(id));
      return touched.map((id) => accountChange(chain, height, id));
    }
    case 'all_access_key_changes': {
      const wanted = readAccountIds(params);
      return touchedKeys(chain, height)
        .filter(({ accountId }) => wanted.has(accountId))
        .map((key) => keyChange(chain, height, key));
    }
    case 'single_access_key_changes': {
      const wanted = readKeys(params);
      return touchedKeys(chain, height)
        .filter(({ accountId, publicKey }) => wanted.has(`${accountId} ${publicKey}`))
        .map((key) => keyChange(chain, height, key));
    }
    case 'contract_code_changes':
    case 'data_changes':
      // Built-in contracts never change, and their data has no keys and values of a contract's own making.
      return [];
    default:
      throw parseError(`Failed parsing args: unknown variant \`${type}\` for changes_type`);
  }
}

function touchedKeys(chain: Chain, height: number): { accountId: string; publicKey: string }[] {
  return chain.state.accessKeys.changedAt(height).map((id) => {
    const [accountId = '', publicKey = ''] = id.split(' ');
    return { accountId, publicKey };
  });
}

function accountChange(chain: Chain, height: number, accountId: string): Change {
  const account = chain.state.at(height).account(accountId);
  const cause = causeOf(chain, height, accountId);
  if (account === undefined) {
    return { cause, type: 'account_deletion', change: { account_id: accountId } };
  }
  const change = { account_id: accountId, ...accountView(account) };
  return { cause, type: 'account_update', change };
}

function keyChange(
  chain: Chain,
  height: number,
  { accountId, publicKey }: { accountId: string; publicKey: string },
): Change {
  const key = chain.state.at(height).accessKey(accountId, publicKey);
  const cause = causeOf(chain, height, accountId);
  const change = { account_id: accountId, public_key: publicKey };
  if (key === undefined) return { cause, type: 'access_key_deletion', change };
  return {
    cause,
    type: 'access_key_update',
    change: { ...change, access_key: accessKeyView(key) },
  };
}

/** The devnet keeps one change a block and account; its cause is the last thing that ran there. */
function causeOf(chain: Chain, height: number, accountId: string): object {
  const content = chain.blocks.content(height);
  const receipt = content?.receipts.findLast(
    (place) => chain.receipt(place)?.receiverId === accountId,
  );
  if (receipt !== undefined) {
    return { type: 'receipt_processing', receipt_hash: hashToBase58(receipt.id) };
  }
  const hash = content?.transactions.findLast(
    (tx) => chain.record(tx)?.transaction.signerId === accountId,
  );
  if (hash !== undefined) return { type: 'transaction_processing', tx_hash: hashToBase58(hash) };
  return { type: 'initial_state' };
}

function readAccountIds(params: RpcParams): Set<unknown> {
  const ids = params.value('account_ids');
  if (Array.isArray(ids)) return new Set(ids);
  throw parseError('Failed parsing args: missing field `account_ids`');
}

function readKeys(params: RpcParams): Set<string> {
  const keys = params.value('keys');
  if (!Array.isArray(keys)) throw parseError('Failed parsing args: missing field `keys`');
  return new Set(
    keys.map((key) => {
      const named = new RpcParams(key);
      return `${named.accountId('account_id')} ${named.publicKey('public_key')}`;
    }),
  );
}
