import { hashToBase58 } from '../bytes/hash.ts';
import type { Chain } from '../chain/chain.ts';
import { parseError } from './rpc-error.ts';
import { RpcParams, requireBlock, unknownBlock } from './rpc-params.ts';
import { accessKeyView, accountView } from './views.ts';

interface Change {
  readonly cause: object;
  readonly type: string;
  readonly change: object;
}

/** `EXPERIMENTAL_changes`: what a block changed in the requested accounts, keys, code and data. */
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
    ...touchedCodes(chain, height).map((id) => ({
      type: 'contract_code_touched',
      account_id: id,
    })),
    ...[...dataOwners(chain, height)].map((id) => ({ type: 'data_touched', account_id: id })),
  ];
  return { block_hash: hashToBase58(chain.blocks.hashAt(height)), changes: touched };
}

function dataOwners({ state }: Chain, height: number): Set<string> {
  const ids = [...state.contractData.changedAt(height), ...state.storage.changedAt(height)];
  return new Set(ids.map((id) => split(id).owner));
}

function requireHistory(chain: Chain, params: RpcParams): number {
  const height = requireBlock(chain, params);
  if (height > chain.earliestStateHeight || height === chain.head) return height;
  const blockId = params.value('block_id');
  throw unknownBlock(typeof blockId === 'string' ? blockId : height);
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
    case 'contract_code_changes': {
      const wanted = readAccountIds(params);
      return touchedCodes(chain, height)
        .filter((accountId) => wanted.has(accountId))
        .map((accountId) => codeChange(chain, height, accountId));
    }
    case 'data_changes': {
      // A built-in contract has no keys and values in bytes.
      const wanted = readAccountIds(params);
      const prefix = Buffer.from(params.bytes('key_prefix_base64')).toString('latin1');
      return chain.state.storage.changedAt(height).flatMap((id) => {
        const { owner, name } = split(id);
        const isWanted = wanted.has(owner) && name.startsWith(prefix);
        return isWanted ? [dataChange(chain, height, owner, name)] : [];
      });
    }
    default:
      throw parseError(`Failed parsing args: unknown variant \`${type}\` for changes_type`);
  }
}

/** Splits a key of the state into owner and name. */
function split(id: string): { owner: string; name: string } {
  const space = id.indexOf(' ');
  return { owner: id.slice(0, space), name: id.slice(space + 1) };
}

/** Accounts whose own code a block changed. */
function touchedCodes(chain: Chain, height: number): string[] {
  return chain.state.codes.changedAt(height).flatMap((id) => {
    const { owner: kind, name } = split(id);
    return kind === 'local' ? [name] : [];
  });
}

function codeChange(chain: Chain, height: number, accountId: string): Change {
  const code = chain.state.at(height).code(accountId);
  const cause = causeOf(chain, height, accountId);
  const change = { account_id: accountId };
  if (code === undefined) return { cause, type: 'contract_code_deletion', change };
  const codeBase64 = Buffer.from(code).toString('base64');
  return { cause, type: 'contract_code_update', change: { ...change, code_base64: codeBase64 } };
}

function dataChange(chain: Chain, height: number, accountId: string, key: string): Change {
  const value = chain.state.at(height).storageValue(accountId, key);
  const cause = causeOf(chain, height, accountId);
  const keyBase64 = Buffer.from(key, 'latin1').toString('base64');
  const change = { account_id: accountId, key_base64: keyBase64 };
  if (value === undefined) return { cause, type: 'data_deletion', change };
  const valueBase64 = Buffer.from(value).toString('base64');
  return { cause, type: 'data_update', change: { ...change, value_base64: valueBase64 } };
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

/** The devnet keeps one change per block and account; its cause is the last receipt or transaction there. */
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
