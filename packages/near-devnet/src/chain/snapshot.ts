import { fromTaggedJson, toTaggedJson } from '../bytes/tagged-json.ts';
import type { KeyPermission } from '../rules/transaction.ts';
import type { AccessKey, Account, State } from '../state/state.ts';
import type { TransactionRecord } from '../state/transaction-record.ts';
import type { Chain, ChainPosition } from './chain.ts';

// The many small things are plain JSON arrays: reviving 100,000 of them through tags would take seconds.
type Line =
  | ['account', string, string, string, number, string | null, readonly string[]]
  | ['key', string, string, string | null]
  | ['data', string, string];

interface Rest {
  readonly position: ChainPosition;
  readonly unfinished: readonly TransactionRecord[];
  readonly postponed: ReturnType<State['postponed']['entries']> extends Iterable<infer E>
    ? readonly E[]
    : never;
  readonly receivedData: readonly [string, { readonly data: Uint8Array | null }][];
  readonly awaitedBy: readonly [string, string][];
}

/** A chain between two blocks as lines of text: state, receipts on their way, unfinished transactions. */
export function* snapshotLines(chain: Chain): Generator<string> {
  const { state } = chain;
  const rest: Rest = {
    position: chain.position(),
    unfinished: chain.unfinished(),
    postponed: [...state.postponed.entries()],
    receivedData: [...state.receivedData.entries()],
    awaitedBy: [...state.awaitedBy.entries()],
  };
  yield toTaggedJson(rest);
  for (const [id, account] of state.accounts.entries())
    yield JSON.stringify(accountLine(id, account));
  for (const [id, key] of state.accessKeys.entries()) yield JSON.stringify(keyLine(id, key));
  for (const [id, value] of state.contractData.entries()) {
    yield JSON.stringify(['data', id, value.toString()] satisfies Line);
  }
}

/** Brings a new chain to where a snapshot was taken. */
export function restoreSnapshot(chain: Chain, lines: Iterable<string>): void {
  const { state } = chain;
  let rest: Rest | null = null;
  clear(state);
  for (const text of lines) {
    if (rest === null) rest = fromTaggedJson<Rest>(text);
    else restoreLine(state, JSON.parse(text));
  }
  if (rest === null) throw new Error('The snapshot is empty');
  for (const [id, receipt] of rest.postponed) state.postponed.set(id, receipt);
  for (const [id, data] of rest.receivedData) state.receivedData.set(id, data);
  for (const [id, receiptId] of rest.awaitedBy) state.awaitedBy.set(id, receiptId);
  chain.restore(rest.position, rest.unfinished);
}

function clear(state: State): void {
  for (const map of [state.accounts, state.accessKeys, state.contractData]) {
    for (const [id] of [...map.entries()]) map.set(id, undefined);
  }
}

function accountLine(id: string, account: Account): Line {
  const { amountYocto, lockedYocto, storageUsage, contract, publicKeys } = account;
  return [
    'account',
    id,
    amountYocto.toString(),
    lockedYocto.toString(),
    storageUsage,
    contract,
    publicKeys,
  ];
}

function keyLine(id: string, { nonce, permission }: AccessKey): Line {
  const isFull = permission.type === 'FullAccess';
  return ['key', id, nonce.toString(), isFull ? null : toTaggedJson(permission)];
}

function restoreLine(state: State, line: Line): void {
  switch (line[0]) {
    case 'account': {
      const [, id, amount, locked, storageUsage, contract, publicKeys] = line;
      const amountYocto = BigInt(amount);
      const lockedYocto = BigInt(locked);
      state.accounts.set(id, { amountYocto, lockedYocto, storageUsage, contract, publicKeys });
      return;
    }
    case 'key': {
      const [, id, nonce, text] = line;
      const permission: KeyPermission =
        text === null ? { type: 'FullAccess' } : fromTaggedJson<KeyPermission>(text);
      state.accessKeys.set(id, { nonce: BigInt(nonce), permission });
      return;
    }
    case 'data':
      state.contractData.set(line[1], BigInt(line[2]));
      return;
  }
}
