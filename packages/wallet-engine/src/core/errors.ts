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

/** Another worker holds the wallet now; stop without a word. */
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

/** Faults that stop everyone, written on the deployment row. What to do about each is the app's to say. */
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
  /** By hand, and ended by hand. */
  'OPERATOR',
] as const;

export type PauseReason = (typeof pauseReasons)[number];

/** Faults of one process, over by themselves where nothing is wrong for good. */
export const processErrorCodes = [
  'NODE_UNREACHABLE',
  'RATE_LIMITED',
  /** Nodes that show less than our own final transactions did. */
  'NODES_LAG',
  /** What stops somebody, or has us pay again, needs a second node's word where several are named. */
  'UNCONFIRMED',
  /** Two nodes say different things of one block. */
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
  /** It can execute no more, and no node that answers can say whether it has: an archival one could. */
  'TRANSACTION_FORGOTTEN',
  /** No token asks for so much to register an account. */
  'REGISTRATION_TOO_DEAR',
  /** The database knows another master key by a version of ours. */
  'MASTER_KEY_CHANGED',
  /** Servers or workers run that must not. */
  'LANES_HELD',
  /** No new final block: nobody could tell what becomes of what is signed now. */
  'CHAIN_HALTED',
  'NONCES_UNSPENT',
  /** The service account does not take the keys of its lanes. */
  'LANES_REFUSED',
  /** The key is encrypted under a version this process does not have. */
  'MASTER_KEY_MISSING',
  /** The key vault was asked to sign what this service has no reason to. */
  'PLAN_REFUSED',
  /** This process makes wallets' keys for others to open, and has none that signs. */
  'KEYS_ELSEWHERE',
  /** The workers of this deployment open what is sealed to another key than is configured. */
  'SEALED_TO_NOBODY',
  /** No worker of this deployment has said yet what it opens. */
  'SEALING_KEY_UNKNOWN',
] as const;

export type ProcessErrorCode = (typeof processErrorCodes)[number];

/** With these a process does not start, and one that runs signs nothing. */
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

/** Told by the database itself, which every process reads: there is nothing to probe or to report. */
const toldElsewhere: readonly string[] = ['SIGNING_PAUSED', 'SIGNED_ELSEWHERE'];

/**
 * The service is at fault, not the wallet: nobody's attempt is spent. `pause` stops everyone
 * through the deployment row, a null one only this process for a while.
 */
export class ServiceError extends Error {
  readonly code: PauseReason | ProcessErrorCode;
  readonly pause: PauseReason | null;
  /** The work is handed back, and nothing is wrong with this process. */
  readonly isNews: boolean;

  constructor(
    code: PauseReason | ProcessErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'ServiceError';
    this.code = code;
    this.pause = isPauseReason(code) ? code : null;
    this.isNews = !toldElsewhere.includes(code);
  }
}

export function isPauseReason(code: string): code is PauseReason {
  return (pauseReasons as readonly string[]).includes(code);
}
