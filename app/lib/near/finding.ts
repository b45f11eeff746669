import type { Finding as EngineFinding, FindingSubject } from '#engine/operations/diagnose.ts';
import { remedyOf } from './remedies.ts';

/** What is wrong, where, and what to do, for an operator of this app. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** Stable. */
  readonly code: string;
  /** The variable to look at; null when it is none. */
  readonly variable: string | null;
  readonly message: string;
  readonly remedy: string;
}

/** Of what an app gives the engine; `satisfies` holds the table whole. */
const VARIABLES = {
  networkId: 'NEAR_NETWORK_ID',
  serviceAccountId: 'NEAR_SERVICE_ACCOUNT_ID',
  tokenContract: 'CHOCO_TOKEN_CONTRACT',
  tokenDecimals: 'CHOCO_TOKEN_CONTRACT',
  signupReward: 'SIGNUP_REWARD_CHOCO',
  initialBalanceYocto: 'NEAR_INITIAL_BALANCE',
  reserveYocto: 'NEAR_RESERVE',
  spendLimitHourYocto: 'WALLET_SPEND_LIMIT_HOUR_NEAR',
  spendLimitDayYocto: 'WALLET_SPEND_LIMIT_DAY_NEAR',
  spendLimitHourTokens: 'WALLET_SPEND_LIMIT_HOUR_CHOCO',
  spendLimitDayTokens: 'WALLET_SPEND_LIMIT_DAY_CHOCO',
  runwayWarningWallets: 'WALLET_RUNWAY_WARNING',
  batchSize: 'WALLET_BATCH_SIZE',
  maxAttempts: 'WALLET_MAX_ATTEMPTS',
  lanes: 'SERVICE_KEY_LANES',
  stock: 'WALLET_STOCK',
  nodeUrls: 'NEAR_NODE_URL',
  archivalNodeUrl: 'NEAR_ARCHIVAL_NODE_URL',
  serviceKey: 'NEAR_SERVICE_PRIVATE_KEY',
  masterKeys: 'WALLET_ENCRYPTION_KEYS',
  database: 'DATABASE_URL',
} as const satisfies Record<FindingSubject, string>;

/** Added to those of {@link remedyOf}, and preferred where a diagnosis knows more than an interruption. */
const REMEDIES: Readonly<Record<string, string>> = {
  SPEND_LIMIT_TOO_LOW: 'Raise the limit, or remove it.',
  NO_SPEND_LIMIT: 'Set what a day may cost, or remove it for the usual limit.',
  ENCRYPTION_KEY_UNFIT: 'Put a master key of version 1 or more in front.',
  ENCRYPTION_KEY_WRONG:
    'List every master key that has encrypted keys here, each with its own version.',
  ROTATION_UNFINISHED: 'Run: npm run wallet -- rotate-keys',
  NODE_BEHIND: 'Use another node until it has caught up.',
  WRONG_NETWORK: 'Name nodes of one network, the one this database belongs to.',
  CLOCK_SKEWED: 'Keep the time by NTP (chrony, systemd-timesyncd).',
  SERVICE_ACCOUNT_MISSING: 'Create and fund the account, or name the right one.',
  SERVICE_KEY_INVALID: 'Set the secret key of a full-access key of the service account.',
  LANES_MISSING: 'A server or worker adds the missing access keys once it runs and may sign.',
  OLD_LANE_KEYS:
    'Remove from the account the keys without open transactions, and the older service key itself; the others once their transactions have ended.',
  TOKEN_CONTRACT_MISSING: 'Name the account id of the CHOCO token on this network.',
  STOCK_UNUSED: 'Set WALLET_STOCK, or leave the wallets: they are handed out once it is set again.',
  STOCK_UNFIT:
    'On other terms: handed out once the settings are restored. FAILED: npm run wallet -- retry ACCOUNT. Otherwise: npm run wallet -- set-aside ACCOUNT',
  TREASURY_RUNWAY: 'Send NEAR and CHOCO to the service account.',
};

const RUN_AGAIN = 'Run doctor again; if the finding persists, check the nodes of NEAR_NODE_URL.';

/** By how a node does not answer. */
const NODE_REMEDIES: Readonly<Record<string, string>> = {
  unreachable: 'Check the address, the network in between, and the provider.',
  timeout: 'Check the address, the network in between, and the provider.',
  'rate-limited': 'Use a node that allows more calls.',
  'own-error': 'The node has an error of its own, or has not caught up: wait, or use another one.',
  asked: RUN_AGAIN,
};

const NO_NODE =
  'What answers at this address is no NEAR node, or a broken one: ask the provider, or use another node.';

/** Puts our variable and our remedy to what the engine has found. */
export function wordFinding({ severity, code, about, kind, message }: EngineFinding): Finding {
  const variable = about && VARIABLES[about];
  return { severity, code, variable, message, remedy: remedyFor(code, kind) };
}

function remedyFor(code: string, kind: string | null): string {
  if (kind !== null) return NODE_REMEDIES[kind] ?? NO_NODE;
  const paused = /^PAUSED_(.+)/.exec(code)?.[1];
  return REMEDIES[code] ?? remedyOf(paused ?? code) ?? RUN_AGAIN;
}
