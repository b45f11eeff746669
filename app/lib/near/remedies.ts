import type { PauseReason } from '#engine/core/errors.ts';

/** What an operator does about each pause reason, in this app's variables and commands. */
export const pauseRemedies = {
  TREASURY_NEAR_LOW: 'Send NEAR to the service account, or lower NEAR_RESERVE.',
  SPEND_LIMIT_REACHED:
    'Wait until the hour or day is over, or raise WALLET_SPEND_LIMIT_HOUR_NEAR, …_DAY_NEAR, …_HOUR_CHOCO or …_DAY_CHOCO and restart.',
  TREASURY_TOKEN_LOW: 'Send reward tokens to the service account.',
  TOKEN_CONTRACT_MISSING: 'Check CHOCO_TOKEN_CONTRACT: no NEP-141 token answers at that account.',
  SERVICE_ACCOUNT_MISSING: 'Check NEAR_SERVICE_ACCOUNT_ID and NEAR_NETWORK_ID: no such account.',
  SERVICE_KEY_INVALID:
    'Check NEAR_SERVICE_PRIVATE_KEY: it is no full-access key of the service account.',
  WRONG_CHAIN:
    'The nodes of NEAR_NODE_URL serve another chain than NEAR_NETWORK_ID or the database says: name nodes of that chain, or use a new database.',
  SERVICE_ACCOUNT_CHANGED:
    'Put NEAR_SERVICE_ACCOUNT_ID back: wallets waiting in this database are sub-accounts of the other account.',
  DATABASE_BEHIND_CHAIN:
    'The chain shows transactions this database does not know: restore the newest database, or stop all processes and run `npm run wallet -- reconcile`.',
  OPERATOR: 'An operator has paused signing: npm run wallet -- resume, or the admin page, ends it.',
} as const satisfies Record<PauseReason, string>;

/** For errors that interrupt one process; codes that resolve by themselves are missing. */
const processErrorRemedies: Readonly<Record<string, string>> = {
  NODE_UNREACHABLE: 'Check NEAR_NODE_URL: the nodes, the network in between, and what they answer.',
  RATE_LIMITED: 'Name a node in NEAR_NODE_URL that allows more calls.',
  NODES_LAG: 'Check NEAR_NODE_URL: put a node in front that keeps up with the chain.',
  UNCONFIRMED:
    'Check NEAR_NODE_URL: no second node confirms what one node answered. Configure nodes that answer, or remove the wrong one.',
  NODES_DISAGREE:
    'Check NEAR_NODE_URL: two nodes give different answers about one block. Remove the wrong one.',
  TOKEN_CONTRACT_CHANGED:
    'Put CHOCO_TOKEN_CONTRACT back. To pay another token from now on: stop all servers and workers, run `npm run wallet -- change-token` with the new one set, and start them with it.',
  NETWORK_CHANGED: 'Put NEAR_NETWORK_ID back, or use another database.',
  TOKEN_DECIMALS: 'Check CHOCO_TOKEN_CONTRACT: it names another token.',
  TRANSACTION_FORGOTTEN:
    'Set NEAR_ARCHIVAL_NODE_URL to an archival node and restart: it knows the outcome of the transaction. Its wallets wait meanwhile; nothing is paid twice.',
  REGISTRATION_TOO_DEAR:
    'Check CHOCO_TOKEN_CONTRACT, and what the nodes of NEAR_NODE_URL answer about it: no token charges that much to register an account.',
  MASTER_KEY_CHANGED:
    'Put the earlier key of that version back in WALLET_ENCRYPTION_KEYS, and give the other one its own version, behind it: each decrypts what it encrypted (docs/keys.md).',
  LANES_HELD: 'Stop all servers and workers first.',
  CHAIN_HALTED:
    'The chain or its nodes have halted: wait, or use other nodes, and run the command again.',
  NONCES_UNSPENT: 'Run the command again.',
  LANES_REFUSED:
    'See the error: the access keys (lanes) cannot be added to the service account, which also pays for their storage.',
  MASTER_KEY_MISSING:
    'Add the master key of that version to WALLET_ENCRYPTION_KEYS of this process and restart it.',
  PLAN_REFUSED:
    'Set the same reward, token and initial balance for all servers and workers. If they are the same, this is a defect or an intruder: stop the process and examine its log.',
  KEYS_ELSEWHERE:
    'Run the command with the settings of a worker: a process with WALLET_WORKER=off holds no keys.',
  SEALING_KEY_UNKNOWN: 'Start a worker of this version: it records which sealed keys it opens.',
  SEALED_TO_NOBODY:
    'Set WALLET_SEALING_KEY to what `npm run wallet -- sealing-key` prints with the settings of a worker.',
  TREASURY_RUNWAY: 'Send NEAR and reward tokens to the service account.',
  ALL_REFUSED:
    'Ask whether the token contract of CHOCO_TOKEN_CONTRACT is paused or was replaced; the error tells what it says. Nothing else is to be done: wallets are created once it pays again.',
  SETTINGS_DIFFER:
    'Set the same spend limits and the same NEAR_RESERVE for all servers and workers.',
};

/** What to do about a code of the engine; null if it resolves by itself or is unknown. */
export function remedyOf(code: string): string | null {
  if (Object.hasOwn(pauseRemedies, code)) return pauseRemedies[code as PauseReason];
  return Object.hasOwn(processErrorRemedies, code) ? (processErrorRemedies[code] ?? null) : null;
}
