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

/** Faults that stop everyone, written on the deployment row, with what to do about each. */
export const pauseRemedies = {
  TREASURY_NEAR_LOW: 'Send NEAR to the service account, or lower NEAR_RESERVE.',
  SPEND_LIMIT_REACHED:
    'Wait until the window has moved on, or raise WALLET_SPEND_LIMIT_HOUR_NEAR, …_DAY_NEAR, …_HOUR_CHOCO or …_DAY_CHOCO and restart.',
  TREASURY_TOKEN_LOW: 'Send reward tokens to the service account.',
  TOKEN_CONTRACT_MISSING: 'Check CHOCO_TOKEN_CONTRACT: no NEP-141 token answers there.',
  SERVICE_ACCOUNT_MISSING: 'Check NEAR_SERVICE_ACCOUNT_ID and NEAR_NETWORK_ID: no such account.',
  SERVICE_KEY_INVALID:
    'Check NEAR_SERVICE_PRIVATE_KEY: it is no full-access key of the service account.',
  WRONG_CHAIN:
    'The nodes of NEAR_NODE_URL serve another chain than NEAR_NETWORK_ID or the database says: name nodes of that chain, or use a new database.',
  SERVICE_ACCOUNT_CHANGED:
    'Put NEAR_SERVICE_ACCOUNT_ID back: wallets waiting in this database are sub-accounts of the other account.',
  DATABASE_BEHIND_CHAIN:
    'The chain shows transactions this database does not know: restore the newest database, or stop all processes and run `npm run wallet -- reconcile`.',
  OPERATOR: 'Paused by an operator; resume it by hand.',
} as const;

export type PauseReason = keyof typeof pauseRemedies;

/** Faults of one process, over by themselves; with what to do where that may not be. */
const processFaultRemedies = {
  NODE_UNREACHABLE: 'Check NEAR_NODE_URL: the nodes it names, the way there, and what they answer.',
  RATE_LIMITED: 'Name a node in NEAR_NODE_URL that allows more calls.',
  /** Nodes that show less than our own final transactions did. */
  NODES_LAG: 'Check NEAR_NODE_URL: put a node in front that keeps up with the chain.',
  /** What stops somebody, or has us pay again, needs a second node's word where several are named. */
  UNCONFIRMED:
    'Check NEAR_NODE_URL: what one node says no other one confirms. Name nodes that answer, or take out the one that is wrong.',
  NODES_DISAGREE:
    'Check NEAR_NODE_URL: two nodes say different things of one block. Take out the one that is wrong.',
  /** No process has met the chain yet, or this one has not. */
  CHAIN_NOT_MET: null,
  DATABASE_BUSY: null,
  /** The deployment's row says why. */
  SIGNING_PAUSED: null,
  /** Another holder has signed for the wallet: its history must be read again. */
  SIGNED_ELSEWHERE: null,
  TOKEN_CONTRACT_CHANGED:
    'Put CHOCO_TOKEN_CONTRACT back. To pay another token from now on: stop all servers and workers, run `npm run wallet -- change-token` with the new one set, and start them with it.',
  NETWORK_CHANGED: 'Put NEAR_NETWORK_ID back, or use another database.',
  TOKEN_DECIMALS: 'Check CHOCO_TOKEN_CONTRACT: it names another token.',
  /** It can execute no more, and no node that answers can say whether it has. */
  TRANSACTION_FORGOTTEN:
    'Set NEAR_ARCHIVAL_NODE_URL to an archival node and restart: it knows what became of the transaction. Its wallets wait meanwhile; nothing is paid twice.',
  REGISTRATION_TOO_DEAR:
    'Check CHOCO_TOKEN_CONTRACT, and what the nodes of NEAR_NODE_URL say of it: no token asks for so much to register an account.',
  MASTER_KEY_CHANGED:
    'Put the earlier key of that version back in WALLET_ENCRYPTION_KEYS, and give the other one a version of its own, behind it: both open what they encrypted (docs/keys.md).',
  LANES_HELD: 'Stop all servers and workers first.',
  NONCES_UNSPENT: 'Run it again.',
  LANES_REFUSED: 'Look at the failure: the service account does not take the keys of its lanes.',
  MASTER_KEY_MISSING:
    'Add the master key of that version to WALLET_ENCRYPTION_KEYS of this process and restart it.',
} as const;

export type ProcessFaultCode = keyof typeof processFaultRemedies;

/** With these a process does not start, and one that runs signs nothing. */
const startRefusals: readonly string[] = [
  'WRONG_CHAIN',
  'SERVICE_ACCOUNT_CHANGED',
  'NETWORK_CHANGED',
  'TOKEN_CONTRACT_CHANGED',
  'TOKEN_DECIMALS',
  'MASTER_KEY_CHANGED',
] satisfies (PauseReason | ProcessFaultCode)[];

export function isStartRefusal(code: string): boolean {
  return startRefusals.includes(code);
}

/** Told by the database itself, which every process reads: there is nothing to probe or to report. */
const toldElsewhere: readonly string[] = ['SIGNING_PAUSED', 'SIGNED_ELSEWHERE'];

/**
 * The service is at fault, not the wallet: nobody's attempt is spent. `pause` stops everyone
 * through the deployment row, a null one only this process for a while.
 */
export class ServiceFault extends Error {
  readonly code: PauseReason | ProcessFaultCode;
  readonly pause: PauseReason | null;
  /** The work is handed back, and nothing is wrong with this process. */
  readonly isNews: boolean;

  constructor(
    code: PauseReason | ProcessFaultCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'ServiceFault';
    this.code = code;
    this.pause = isPauseReason(code) ? code : null;
    this.isNews = !toldElsewhere.includes(code);
  }
}

/** What to do about a fault; null when it needs nothing but time, or is none of ours. */
export function remedyOf(code: string): string | null {
  if (isPauseReason(code)) return pauseRemedies[code];
  return isProcessFault(code) ? processFaultRemedies[code] : null;
}

export function isPauseReason(code: string): code is PauseReason {
  return Object.hasOwn(pauseRemedies, code);
}

function isProcessFault(code: string): code is ProcessFaultCode {
  return Object.hasOwn(processFaultRemedies, code);
}
