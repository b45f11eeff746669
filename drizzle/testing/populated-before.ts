import type { MigrationDriver, SqlArgument } from './migration-drivers.ts';

type Insert = (table: string, row: Record<string, SqlArgument>) => Promise<unknown>;

const times = { createdAt: 1_700_000_000, updatedAt: 1_700_000_001 };

/** A database as the app left it before wallets were made in the background. */
export async function populateBefore({ all }: MigrationDriver): Promise<void> {
  const insert: Insert = (table, row) => {
    const columns = Object.keys(row).map((column) => `"${column}"`);
    const places = columns.map(() => '?');
    return all(
      `INSERT INTO "${table}" (${columns.join(', ')}) VALUES (${places.join(', ')})`,
      Object.values(row),
    );
  };
  await insertUsers(insert);
  for (const userId of ['whole', 'none']) {
    await insertSignIn(insert, userId);
    await insertConversation(insert, userId);
  }
  await insert('Verification', { id: 'v', identifier: 'mail', value: 'x', expiresAt: 1 });
  await insertTransfers(insert);
}

/** Users with a wallet, without one, and with parts of one. */
async function insertUsers(insert: Insert): Promise<void> {
  const user = (id: string, wallet: Record<string, SqlArgument> = {}) =>
    insert('User', { id, name: id, email: `${id}@example.com`, ...times, ...wallet });
  await user('whole', { ...keysOf('whole'), chocoBalance: '285', chocoLastSyncAt: 1_700_000_500 });
  await user('twice-paid', keysOf('twice-paid'));
  await user('pending-first', keysOf('pending-first'));
  await user('never-completed', keysOf('never-completed'));
  await user('none');
  const { nearAccountId, nearPublicKey, nearPrivateKey } = keysOf('partial');
  await user('id-only', { nearAccountId });
  await user('public-key-only', { nearPublicKey });
  await user('private-key-only', { nearPrivateKey });
  await user('no-private-key', { nearAccountId: 'no-private.choonsim.devnet', nearPublicKey });
  await user('no-public-key', { nearAccountId: 'no-public.choonsim.devnet', nearPrivateKey });
  await user('no-id', { nearPublicKey, nearPrivateKey });
}

async function insertSignIn(insert: Insert, userId: string): Promise<void> {
  await insert('Session', {
    id: `session-${userId}`,
    token: `token-${userId}`,
    userId,
    expiresAt: 1_900_000_000,
    ...times,
  });
  await insert('Account', {
    id: `sign-in-${userId}`,
    accountId: userId,
    providerId: 'credential',
    userId,
    password: 'scrypt',
    ...times,
  });
}

async function insertConversation(insert: Insert, userId: string): Promise<void> {
  const conversationId = `conversation-${userId}`;
  await insert('Conversation', { id: conversationId, userId, characterId: 'chunsim', ...times });
  for (const role of ['user', 'assistant']) {
    const id = `${role}-${userId}`;
    await insert('Message', { id, conversationId, role, content: '안녕', createdAt: 1 });
  }
}

/** Rewards that were paid once, twice, after an attempt and never; and a transfer that is no reward. */
async function insertTransfers(insert: Insert): Promise<void> {
  const transfer = (id: string, userId: string, row: Record<string, SqlArgument>) =>
    insert('TokenTransfer', {
      ...{ id, userId, txHash: `hash-${id}`, tokenContract: 'choco.devnet' },
      ...row,
    });
  const reward = (id: string, userId: string, status: string, createdAt: number) => {
    const terms = { amount: '100000000000000000000', purpose: 'SIGNUP_REWARD' };
    return transfer(id, userId, { ...terms, status, createdAt });
  };
  await reward('whole-1', 'whole', 'COMPLETED', 5);
  await reward('twice-2', 'twice-paid', 'COMPLETED', 20);
  await reward('twice-1', 'twice-paid', 'COMPLETED', 10);
  await reward('pending-1', 'pending-first', 'PENDING', 1);
  await reward('pending-2', 'pending-first', 'COMPLETED', 2);
  await reward('pending-3', 'pending-first', 'COMPLETED', 3);
  await reward('never-2', 'never-completed', 'FAILED', 8);
  await reward('never-1', 'never-completed', 'PENDING', 7);
  const tip = { amount: '1', purpose: 'TIP', status: 'COMPLETED', createdAt: 9 };
  await transfer('other', 'whole', tip);
}

/** `nonce:tag:ciphertext`, as stored before ciphertexts carried a version. */
export function keysOf(name: string) {
  return {
    nearAccountId: `${name}.choonsim.devnet`,
    nearPublicKey: `ed25519:${name}`,
    nearPrivateKey: `00aa:11bb:${Buffer.from(name).toString('hex')}`,
  };
}
