/** Errors of one wallet. `retryable` ones are tried again while attempts remain. */
const walletErrorCodes = {
  /** The account exists on chain with another key. No money goes there. */
  ACCOUNT_KEY_MISMATCH: false,
  /** Registered with the token, but by no transaction of ours: paid already, or by a stranger. */
  REWARD_UNPROVEN: false,
  /** Part of an older record (id, public key, private key) is missing. Never completed by us. */
  WALLET_RECORD_INCOMPLETE: false,
  /** The stored private key does not open with the master key of its version, or is another key's. */
  WALLET_KEY_UNREADABLE: false,
  /** The account id is not a direct sub-account of the service account: it cannot be created. */
  ACCOUNT_ID_INVALID: false,
  ACCOUNT_CREATION_REFUSED: true,
  REWARD_REFUSED: true,
  /** The chain does not show what our own final outcomes promise. */
  WALLET_NOT_AS_EXPECTED: true,
  TOO_MANY_TAKEOVERS: true,
  UNEXPECTED_ERROR: true,
} as const;

export type WalletErrorCode = keyof typeof walletErrorCodes;

/** Every code a wallet can fail with. */
export const allWalletErrorCodes = Object.keys(walletErrorCodes);

/** Codes a user may ask to have tried again. */
export const retryableCodes = Object.entries(walletErrorCodes)
  .filter(([, retryable]) => retryable)
  .map(([code]) => code);

/** An error with a stable code: the code may be shown, message and cause are for operators. */
export class WalletError extends Error {
  readonly code: string;
  readonly retryable: boolean;

  constructor(code: WalletErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'WalletError';
    this.code = code;
    this.retryable = walletErrorCodes[code];
  }
}

/** Another worker holds the wallet now; stop silently. */
export class ClaimLostError extends Error {
  constructor() {
    super('another worker holds the claim');
    this.name = 'ClaimLostError';
  }
}

/** This process is stopping; what it holds is handed back. */
export class StoppedError extends Error {
  constructor() {
    super('the worker is stopping');
    this.name = 'StoppedError';
  }
}

/** Errors that stop all processes, written to the deployment row. The app says what to do about each. */
export const pauseReasons = [
  'TREASURY_NEAR_LOW',
  'TREASURY_TOKEN_LOW',
  'SPEND_LIMIT_REACHED',
  /** No NEP-141 token answers there. */
  'TOKEN_CONTRACT_MISSING',
  'SERVICE_ACCOUNT_MISSING',
  /** It is no full-access key of the service account. */
  'SERVICE_KEY_INVALID',
  /** The nodes serve another chain than is configured, or than the database belongs to. */
  'WRONG_CHAIN',
  /** Wallets that wait in the database are sub-accounts of the earlier one. */
  'SERVICE_ACCOUNT_CHANGED',
  /** The chain shows transactions the database does not know: an older copy was put in its place. */
  'DATABASE_BEHIND_CHAIN',
  /** Set and ended by an operator. */
  'OPERATOR',
] as const;

export type PauseReason = (typeof pauseReasons)[number];

/** Errors of one process; they end by themselves unless something is permanently wrong. */
export const processErrorCodes = [
  'NODE_UNREACHABLE',
  'RATE_LIMITED',
  /** Nodes that show less than our own final transactions did. */
  'NODES_LAG',
  /** What stops work, or makes us pay again, needs a second node's confirmation where several are configured. */
  'UNCONFIRMED',
  /** Two nodes answer differently about one block. */
  'NODES_DISAGREE',
  /** No process has met the chain yet, or this one has not. */
  'CHAIN_NOT_MET',
  'DATABASE_BUSY',
  /** The deployment's row says why. */
  'SIGNING_PAUSED',
  /** Another holder has signed for the wallet: its history must be read again. */
  'SIGNED_ELSEWHERE',
  'TOKEN_CONTRACT_CHANGED',
  'NETWORK_CHANGED',
  /** The contract has other decimals than the token that is meant. */
  'TOKEN_DECIMALS',
  /** It can no longer execute, and no answering node knows whether it did: an archival one could. */
  'TRANSACTION_FORGOTTEN',
  /** The token asks for more than is ever paid to register an account. */
  'REGISTRATION_TOO_DEAR',
  /** The database knows another master key by a version of ours. */
  'MASTER_KEY_CHANGED',
  /** Servers or workers are running that must be stopped. */
  'LANES_HELD',
  /** No new final block: what is signed now could not be settled. */
  'CHAIN_HALTED',
  'NONCES_UNSPENT',
  /** The service account rejects the keys of its lanes. */
  'LANES_REFUSED',
  /** The key is encrypted under a version this process does not have. */
  'MASTER_KEY_MISSING',
  /** The key vault was asked to sign something that this service never signs. */
  'PLAN_REFUSED',
  /** This process seals wallets' keys for others to open, and holds no key that signs. */
  'KEYS_ELSEWHERE',
  /** The workers of this deployment open what is sealed to another key than is configured. */
  'SEALED_TO_NOBODY',
  /** No worker of this deployment has published its sealing key yet. */
  'SEALING_KEY_UNKNOWN',
] as const;

export type ProcessErrorCode = (typeof processErrorCodes)[number];

/** With these a process does not start, and a running one signs nothing. */
const startRefusals: readonly string[] = [
  'WRONG_CHAIN',
  'SERVICE_ACCOUNT_CHANGED',
  'NETWORK_CHANGED',
  'TOKEN_CONTRACT_CHANGED',
  'TOKEN_DECIMALS',
  'MASTER_KEY_CHANGED',
  'SEALED_TO_NOBODY',
] satisfies (PauseReason | ProcessErrorCode)[];

export function isStartRefusal(code: string): boolean {
  return startRefusals.includes(code);
}

/** Every process reads these in the database itself: there is nothing to probe or report. */
const knownToAll: readonly string[] = ['SIGNING_PAUSED', 'SIGNED_ELSEWHERE'];

/**
 * An error of the service, not of the wallet: it costs no attempt. `pause` stops all processes through
 * the deployment row; null interrupts only this process for a while.
 */
export class ServiceError extends Error {
  readonly code: PauseReason | ProcessErrorCode;
  readonly pause: PauseReason | null;
  /** False: the work is handed back, and nothing is wrong with this process. */
  readonly mustBeReported: boolean;

  constructor(
    code: PauseReason | ProcessErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'ServiceError';
    this.code = code;
    this.pause = isPauseReason(code) ? code : null;
    this.mustBeReported = !knownToAll.includes(code);
  }
}

/**
 * The chain refused what was signed, for a reason of the service. The nodes' views may show no such reason: then a
 * pause would end at once, and each further try costs gas.
 */
export class RefusedByChainError extends ServiceError {
  constructor(code: PauseReason, message: string) {
    super(code, message);
    this.name = 'RefusedByChainError';
  }
}

/** Nodes answer, but no second one confirms what the first says. */
export function isUndecided(error: unknown): error is ServiceError {
  if (!(error instanceof ServiceError)) return false;
  return error.code === 'UNCONFIRMED' || error.code === 'NODES_DISAGREE';
}

export function isPauseReason(code: string): code is PauseReason {
  return (pauseReasons as readonly string[]).includes(code);
}
