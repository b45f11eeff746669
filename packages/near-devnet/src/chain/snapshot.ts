import { fromTaggedJson, toTaggedJson } from '../bytes/tagged-json.ts';
import type { KeyPermission } from '../rules/transaction.ts';
import type { ContractReference } from '../state/contract-reference.ts';
import type { AccessKey, Account, GasKey, State, YieldedPromise } from '../state/state.ts';
import type { TransactionRecord } from '../state/transaction-record.ts';
import type { Chain, ChainPosition } from './chain.ts';

// Small records are plain JSON arrays: reading 100,000 of them as tagged JSON would take seconds.
type Line =
  | [
      'account',
      string,
      string,
      string,
      number,
      ContractReference | string | null,
      readonly string[],
    ]
  | ['key', string, string, string | null, string?]
  | ['data', string, string]
  /** A value of a contract, or code, in base64. */
  | ['storage' | 'code', string, string];

interface Rest {
  readonly position: ChainPosition;
  readonly unfinished: readonly TransactionRecord[];
  readonly postponed: ReturnType<State['postponed']['entries']> extends Iterable<infer E>
    ? readonly E[]
    : never;
  readonly receivedData: readonly [string, { readonly data: Uint8Array | null }][];
  readonly awaitedBy: readonly [string, string][];
  /** Missing in the snapshots of older devnets. */
  readonly yielded?: readonly [string, YieldedPromise][];
}

/** A chain between two blocks as lines of text: state, receipts in flight, unfinished transactions. */
export function* snapshotLines(chain: Chain): Generator<string> {
  const { state } = chain;
  const rest: Rest = {
    position: chain.position(),
    unfinished: chain.unfinished(),
    postponed: [...state.postponed.entries()],
    receivedData: [...state.receivedData.entries()],
    awaitedBy: [...state.awaitedBy.entries()],
    yielded: [...state.yielded.entries()],
  };
  yield toTaggedJson(rest);
  for (const [id, account] of state.accounts.entries())
    yield JSON.stringify(accountLine(id, account));
  for (const [id, key] of state.accessKeys.entries()) yield JSON.stringify(keyLine(id, key));
  for (const [id, value] of state.contractData.entries()) {
    yield JSON.stringify(['data', id, value.toString()] satisfies Line);
  }
  for (const [id, value] of state.storage.entries()) yield bytesLine('storage', id, value);
  for (const [id, value] of state.codes.entries()) yield bytesLine('code', id, value);
}

function bytesLine(kind: 'storage' | 'code', id: string, bytes: Uint8Array): string {
  return JSON.stringify([kind, id, Buffer.from(bytes).toString('base64')] satisfies Line);
}

/** Brings a new chain to the block of a snapshot. */
export function restoreSnapshot(chain: Chain, lines: Iterable<string>): void {
  const { state } = chain;
  let rest: Rest | null = null;
  clear(state);
  for (const text of lines) {
    if (rest === null) rest = fromTaggedJson<Rest>(text);
    else restoreLine(state, JSON.parse(text));
  }
  if (rest === null) throw new SyntaxError('The snapshot is empty');
  for (const [id, receipt] of rest.postponed) state.postponed.set(id, receipt);
  for (const [id, data] of rest.receivedData) state.receivedData.set(id, data);
  for (const [id, receiptId] of rest.awaitedBy) state.awaitedBy.set(id, receiptId);
  for (const [id, yielded] of rest.yielded ?? []) state.yielded.set(id, yielded);
  chain.restore(rest.position, rest.unfinished);
}

function clear(state: State): void {
  const { accounts, accessKeys, contractData, storage, codes } = state;
  for (const map of [accounts, accessKeys, contractData, storage, codes]) {
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

function keyLine(id: string, { nonce, permission, gasKey }: AccessKey): Line {
  const isFull = permission.type === 'FullAccess';
  const line: Line = ['key', id, nonce.toString(), isFull ? null : toTaggedJson(permission)];
  if (gasKey !== undefined) line.push(toTaggedJson(gasKey));
  return line;
}

function restoreLine(state: State, line: Line): void {
  switch (line[0]) {
    case 'account': {
      const [, id, amount, locked, storageUsage, code, publicKeys] = line;
      // Older devnets had built-in contracts only, and stored the name.
      const contract =
        typeof code === 'string' ? ({ kind: 'built-in', name: code } as const) : code;
      const amountYocto = BigInt(amount);
      const lockedYocto = BigInt(locked);
      state.accounts.load(id, { amountYocto, lockedYocto, storageUsage, contract, publicKeys });
      return;
    }
    case 'key': {
      const [, id, nonce, text, gasKeyText] = line;
      const permission: KeyPermission =
        text === null ? { type: 'FullAccess' } : fromTaggedJson<KeyPermission>(text);
      const gasKey = gasKeyText === undefined ? {} : { gasKey: fromTaggedJson<GasKey>(gasKeyText) };
      state.accessKeys.load(id, { nonce: BigInt(nonce), permission, ...gasKey });
      return;
    }
    case 'data':
      state.contractData.load(line[1], BigInt(line[2]));
      return;
    case 'storage':
      state.storage.load(line[1], Buffer.from(line[2], 'base64'));
      return;
    case 'code':
      state.codes.load(line[1], Buffer.from(line[2], 'base64'));
      return;
  }
}
