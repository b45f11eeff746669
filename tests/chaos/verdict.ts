import { createAesKeyVault } from '../../packages/wallet-engine/src/adapters/keys/aes-key-vault.ts';
import type { KeyVault, StoredKey } from '../../packages/wallet-engine/src/ports/key-vault.ts';
import { type ChainReader, createChainReader } from './chain-reader.ts';
import type { DatabaseReader, TransferRow, UserRow } from './database-reader.ts';
import type { Deployment } from './deployment.ts';

const SERVICE_ACCOUNT = 'choonsim.devnet';
const TOKEN = 'choco.devnet';
const REWARD_BASE_UNITS = 100n * 10n ** 18n;
const TOKEN_SUPPLY_BASE_UNITS = 1_000_000_000n * 10n ** 18n;
const INITIAL_BALANCE_YOCTO = 10n ** 23n;

/** A violation and the user it is about; null for the whole deployment. */
export interface Violation {
  readonly text: string;
  readonly user: UserRow | null;
}

/**
 * Compares every user of the database with the chain, and every transaction of the chain with the
 * database.
 * @param excused users without a usable password, who never requested a wallet
 */
export async function judge({
  deployment,
  database,
  excused,
}: {
  deployment: Pick<Deployment, 'nodeUrl' | 'encryptionKey'>;
  database: DatabaseReader;
  excused: ReadonlySet<string>;
}): Promise<Violation[]> {
  const chain = createChainReader(deployment.nodeUrl);
  const users = database.users().filter(({ id }) => !excused.has(id));
  const { secretKey } = await serviceKey(deployment.nodeUrl);
  const vault = createAesKeyVault({
    masterKeys: [{ version: 1, key: deployment.encryptionKey }],
    servicePrivateKey: secretKey,
    terms: {
      serviceAccountId: SERVICE_ACCOUNT,
      tokenContract: TOKEN,
      rewardBaseUnits: REWARD_BASE_UNITS,
      initialBalanceYocto: INITIAL_BALANCE_YOCTO,
    },
  });
  const rewards = Map.groupBy(
    database.transfers().filter(({ purpose }) => purpose === 'SIGNUP_REWARD'),
    ({ userId }) => userId,
  );
  const storedKeys = database.storedKeys();
  const violations: Violation[] = [];
  for (const user of users) {
    const { nearPublicKey } = user;
    const stored = storedKeys.find(({ publicKey }) => publicKey === nearPublicKey);
    const ofUser = { chain, vault, stored, rewards: rewards.get(user.id) ?? [] };
    const texts = await judgeUser(user, ofUser);
    violations.push(...texts.map((text) => ({ text, user })));
  }
  const texts = [
    ...(await judgeTransactions(chain, database)),
    ...(await judgeLanes(chain, database)),
    ...(await judgeTreasury(chain, users.length + database.readyStock())),
  ];
  return [...violations, ...texts.map((text) => ({ text, user: null }))];
}

async function judgeUser(
  user: UserRow,
  {
    chain,
    vault,
    stored,
    rewards,
  }: {
    chain: ChainReader;
    vault: KeyVault;
    stored: StoredKey | undefined;
    rewards: TransferRow[];
  },
): Promise<string[]> {
  const { nearAccountId, nearPublicKey, nearPrivateKey, walletStatus } = user;
  if (!nearAccountId || !nearPublicKey || !nearPrivateKey) return ['has no whole wallet record'];
  const wrong: string[] = [];
  if (walletStatus !== 'READY') wrong.push(`is ${walletStatus} (${user.walletError})`);
  if (user.chocoBalance !== '100') wrong.push(`shows ${user.chocoBalance} CHOCO`);
  try {
    if (!stored) throw new Error(`no wallet has the key of ${nearAccountId}`);
    await vault.verifyWalletKey(stored);
  } catch (error) {
    wrong.push(String(error));
  }

  const [reward] = rewards;
  if (rewards.length !== 1 || reward?.status !== 'COMPLETED') {
    wrong.push(`has reward rows ${JSON.stringify(rewards)}`);
  } else {
    if (reward.amount !== String(REWARD_BASE_UNITS)) wrong.push(`was promised ${reward.amount}`);
    const outcome = await chain.outcome(reward.txHash, SERVICE_ACCOUNT);
    if (outcome !== 'succeeded') wrong.push(`has a reward that on chain is ${outcome}`);
  }

  const account = await chain.account(nearAccountId);
  if (!account) return [...wrong, 'has no account on chain'];
  if (BigInt(account.amountYocto) !== INITIAL_BALANCE_YOCTO) {
    wrong.push(`holds ${account.amountYocto} yoctoNEAR`);
  }
  const keys = await chain.accessKeys(nearAccountId);
  const [key] = keys;
  if (keys.length !== 1 || key?.publicKey !== nearPublicKey || !key.isFullAccess) {
    wrong.push(`has on chain the keys ${JSON.stringify(keys)}`);
  }
  if (!(await chain.isRegistered(TOKEN, nearAccountId))) wrong.push('is not registered');
  const balance = await chain.tokenBalance(TOKEN, nearAccountId);
  if (balance !== String(REWARD_BASE_UNITS)) wrong.push(`holds ${balance} base units of CHOCO`);
  return wrong;
}

/** The chain has exactly the stored transactions, with the stored outcomes. */
async function judgeTransactions(chain: ChainReader, database: DatabaseReader): Promise<string[]> {
  const wrong: string[] = [];
  const stored = new Map(database.transactions().map((row) => [row.hash, row]));
  const onChain = await chain.transactionsOf(SERVICE_ACCOUNT);
  const executed = new Set(onChain.map(({ hash }) => hash));
  for (const { hash, publicKey, nonce } of onChain) {
    if (!stored.has(hash)) {
      wrong.push(`${hash} (${publicKey}, nonce ${nonce}) is on chain and was never stored`);
    }
  }
  for (const { hash, status, purpose } of stored.values()) {
    const outcome = executed.has(hash) ? await chain.outcome(hash, SERVICE_ACCOUNT) : 'none';
    const expected = { SUCCEEDED: 'succeeded', FAILED: 'failed', DEAD: 'none' }[status];
    if (!expected) wrong.push(`${purpose} ${hash} is still ${status}; on chain: ${outcome}`);
    else if (outcome !== expected) {
      wrong.push(`${purpose} ${hash} is ${status}; on chain: ${outcome}`);
    }
  }
  return wrong;
}

/** Every key of the service account is a lane that the database knows. */
async function judgeLanes(chain: ChainReader, database: DatabaseReader): Promise<string[]> {
  const lanes = new Set(database.lanes().map(({ publicKey }) => publicKey));
  const keys = await chain.accessKeys(SERVICE_ACCOUNT);
  const strange = keys.filter(({ publicKey }) => !lanes.has(publicKey));
  return strange.map(({ publicKey }) => `${publicKey} signs for us and is no lane`);
}

/** The treasury lost exactly one reward for each user and each wallet in stock. */
async function judgeTreasury(chain: ChainReader, wallets: number): Promise<string[]> {
  const left = BigInt(await chain.tokenBalance(TOKEN, SERVICE_ACCOUNT));
  const paid = TOKEN_SUPPLY_BASE_UNITS - left;
  const due = BigInt(wallets) * REWARD_BASE_UNITS;
  return paid === due ? [] : [`${wallets} wallets were due ${due} base units, ${paid} were paid`];
}

/** The key of the service account, which every devnet publishes. */
export async function serviceKey(nodeUrl: string): Promise<{ secretKey: string }> {
  const response = await fetch(`${nodeUrl}/devnet`);
  const { accounts } = (await response.json()) as {
    accounts: Record<string, { secretKey: string }>;
  };
  const key = accounts[SERVICE_ACCOUNT];
  if (!key) throw new Error('the devnet does not publish the key of the service account');
  return key;
}
