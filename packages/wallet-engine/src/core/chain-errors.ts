import type { PauseReason } from './errors.ts';

/**
 * What a failed action means for us. `account-exists`: perhaps with our key, the chain must be asked.
 * `service`: the treasury or the settings are the cause, whichever wallet it hit. `wallet`: the wallet
 * that the action serves is the suspect; `actionIndex` is null where the chain names none.
 */
export type FailureMeaning =
  | { kind: 'account-exists' }
  | { kind: 'service'; reason: PauseReason }
  | { kind: 'wallet'; actionIndex: number | null };

/** Names of `ActionErrorKind` that no wallet causes (nearcore, primitives/errors). */
const serviceKinds: ReadonlyMap<string, PauseReason> = new Map([
  ['LackBalanceForState', 'TREASURY_NEAR_LOW'],
  // The token contract's account: the receiver of a call, never the wallet's.
  ['AccountDoesNotExist', 'TOKEN_CONTRACT_MISSING'],
]);

/** Panics of a contract as near-contract-standards words them (NEP-141, NEP-145). */
const servicePanics: [RegExp, PauseReason][] = [
  [/doesn't have enough balance/, 'TREASURY_TOKEN_LOW'],
  [/attached deposit is less than the minimum storage/, 'TOKEN_CONTRACT_MISSING'],
  [/Requires attached deposit of exactly 1 yoctoNEAR/, 'TOKEN_CONTRACT_MISSING'],
];

/**
 * Reads the stored `ActionError` of a transaction that failed at FINAL.
 * @param failure JSON `{index, kind}`; anything else counts as an error of the wallet, which is retried alone
 */
export function readActionError(failure: string | null): FailureMeaning {
  const error = parse(failure);
  const actionIndex = typeof error.index === 'number' ? error.index : null;
  const [kind, detail] = variant(error.kind);
  if (kind === 'AccountAlreadyExists') return { kind: 'account-exists' };
  const reason = kind === 'FunctionCallError' ? readCallError(detail) : serviceKinds.get(kind);
  return reason ? { kind: 'service', reason } : { kind: 'wallet', actionIndex };
}

/** Reasons that concern key, account or treasury, not one transaction (nearcore, `InvalidTxError`). */
const serviceRejections: ReadonlySet<string> = new Set([
  'NotEnoughBalance',
  'LackBalanceForState',
  'InvalidAccessKeyError',
  'SignerDoesNotExist',
]);

/**
 * Whether the `InvalidTxError` with which a node rejects a transaction points at the service rather than
 * at the transaction. Never an outcome: the bytes may still execute, and the node may be behind. The
 * others (`InvalidNonce`, `Expired`, congestion, …) need only patience.
 */
export function isServiceRejection(invalidTxError: string): boolean {
  return serviceRejections.has(invalidTxError);
}

function readCallError(detail: unknown): PauseReason | null {
  const [name, inner] = variant(detail);
  if (name === 'CompilationError' || name === 'MethodResolveError' || name === 'LinkError') {
    return 'TOKEN_CONTRACT_MISSING';
  }
  const panic = typeof inner === 'string' ? inner : '';
  return servicePanics.find(([pattern]) => pattern.test(panic))?.[1] ?? null;
}

/** A Rust enum in JSON: `"Name"` or `{"Name": detail}`. */
function variant(value: unknown): [name: string, detail: unknown] {
  if (typeof value === 'string') return [value, null];
  if (typeof value !== 'object' || value === null) return ['', null];
  return Object.entries(value)[0] ?? ['', null];
}

function parse(failure: string | null): { index?: unknown; kind?: unknown } {
  try {
    const parsed: unknown = JSON.parse(failure ?? 'null');
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
