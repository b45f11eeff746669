import type { Inspection } from '@choonsim/near-devnet';
import { validityBlocks } from '../../../core/engine-config.ts';
import { isLegalTransition, type WalletStatus } from '../../../core/wallet.ts';
import { rewardBaseUnits, type World, worldConfig } from '../world/world.ts';

interface LedgerRow {
  hash: string;
  status: string;
  purpose: string;
  publicKey: string;
  nonce: number;
}

interface WalletRow {
  id: string;
  ownerId: string | null;
  accountId: string | null;
  publicKey: string | null;
  status: string | null;
  balance: string;
}

interface LinkRow {
  hash: string;
  userId: string;
  purpose: string;
  status: string;
}

/**
 * What must hold after every step. Each check returns the violations it finds. The chain is read
 * directly, past the simulated network and its lying nodes.
 */
export class Invariants {
  readonly #world: World;
  readonly #keys = new Map<string, string>();
  #lastEventId = 0;
  #checkedTransactions = 0;
  #checkedHeight = 0;
  #signerAmnesia = false;
  /** Each with the tables it reads, and when it ran last. */
  readonly #checks: { tables: string[]; at: string; run: () => string[] }[] = [
    { tables: ['Wallet', 'TokenTransfer'], run: () => this.#money(), at: '' },
    {
      tables: ['ChainTransaction', 'ChainTransactionWallet'],
      run: () => this.#transactions(),
      at: '',
    },
    { tables: ['User'], run: () => this.#keysAreWrittenOnce(), at: '' },
    { tables: ['WalletEvent'], run: () => this.#transitions(), at: '' },
  ];

  constructor(world: World) {
    this.#world = world;
  }

  /** An older database was restored: it rightly does not know what was signed after the backup. */
  forgive(isBehind: boolean): void {
    this.#signerAmnesia ||= isBehind;
    this.#keys.clear();
    this.#lastEventId = Number(
      this.#world.rows<{ id: number }>('SELECT MAX("id") AS "id" FROM "WalletEvent"')[0]?.id ?? 0,
    );
  }

  afterStep(): string[] {
    // Only a commit or a block can break an invariant; most steps bring neither.
    const { isQuiet, height } = this.#world.devnet.inspect();
    const chain = isQuiet ? '' : String(height);
    return this.#checks.flatMap((check) => {
      const at = `${this.#world.database.revision(...check.tables)} ${chain}`;
      if (check.at === at) return [];
      check.at = at;
      return check.run();
    });
  }

  atEnd(): string[] {
    const violations: string[] = [];
    const { balancesYocto, inFlightYocto, burntYocto, genesisSupplyYocto, patchedYocto } =
      this.#world.devnet.inspect().totals();
    if (balancesYocto + inFlightYocto + burntYocto !== genesisSupplyYocto + patchedYocto) {
      violations.push('NEAR was made or lost');
    }
    for (const user of this.#world.users()) {
      if (user.walletStatus !== 'READY') continue;
      violations.push(...this.#readiness(user.id));
    }
    return violations;
  }

  /** At most one reward on chain and one row per user; COMPLETED only if the chain agrees. */
  #money(): string[] {
    const violations: string[] = [];
    const chain = this.#world.devnet.inspect();
    for (const { id, ownerId, accountId, publicKey } of this.#wallets()) {
      if (!accountId) continue;
      const balance = chain.tokenBalance(accountId) ?? 0n;
      if (balance > rewardBaseUnits) violations.push(`${id} was paid ${balance} base units`);
      const key = ownerId === null && chain.accessKey(accountId, String(publicKey));
      if (key && key.nonce % nonceStep !== 0n) violations.push(`${id} has signed without an owner`);
    }
    const rewards = this.#world.rows<{ userId: string; txHash: string; status: string }>(
      `SELECT "userId", "txHash", "status" FROM "TokenTransfer" WHERE "purpose" = 'SIGNUP_REWARD'`,
    );
    const seen = new Set<string>();
    for (const { userId, txHash, status } of rewards) {
      if (seen.has(userId)) violations.push(`${userId} has two rewards in the ledger`);
      seen.add(userId);
      if (status === 'COMPLETED' && !this.#isPaid(userId, txHash)) {
        violations.push(`${userId}: reward ${txHash} is COMPLETED, the chain disagrees`);
      }
    }
    return violations;
  }

  #isPaid(userId: string, txHash: string): boolean {
    if (!txHash.startsWith('adopted:')) return this.#onChain(txHash) === 'succeeded';
    // Found on chain after a restore; no database holds the transaction itself.
    const accountId = this.#walletOf(userId)?.accountId;
    return this.#world.devnet.inspect().tokenBalance(String(accountId)) === rewardBaseUnits;
  }

  #wallets(): WalletRow[] {
    return this.#world.rows(`SELECT ${walletColumns} FROM "Wallet"`);
  }

  /** @param id the wallet's own or its owner's */
  #walletOf(id: string): WalletRow | undefined {
    const found = this.#world.rows<WalletRow>(
      `SELECT ${walletColumns} FROM "Wallet" WHERE "id" = ? OR "ownerId" = ?`,
      id,
      id,
    );
    return found[0];
  }

  /** The ledger agrees with the chain about each transaction, and none is on chain without a row. */
  #transactions(): string[] {
    const violations: string[] = [];
    const rows = this.#world.rows<LedgerRow>(
      `SELECT "hash", "status", "purpose", "publicKey", "nonce" FROM "ChainTransaction"`,
    );
    const stored = new Map(rows.map((row) => [row.hash, row]));
    const nonces = new Map<string, string>();
    for (const { hash, publicKey, nonce } of rows) {
      const other = nonces.get(`${publicKey} ${nonce}`);
      if (other) violations.push(`${other} and ${hash} have one key's nonce ${nonce}`);
      nonces.set(`${publicKey} ${nonce}`, hash);
    }
    for (const { hash, status, purpose } of rows) {
      const onChain = this.#onChain(hash);
      if (status === 'SUCCEEDED' && onChain !== 'succeeded') {
        violations.push(`${purpose} ${hash} is SUCCEEDED, on chain it is ${onChain}`);
      }
      if (status === 'FAILED' && onChain !== 'failed') {
        violations.push(`${purpose} ${hash} is FAILED, on chain it is ${onChain}`);
      }
      if (status === 'DEAD' && onChain !== 'absent') {
        violations.push(`${purpose} ${hash} is DEAD, on chain it is ${onChain}`);
      }
    }
    // Only a block can bring new ones.
    const { height } = this.#world.devnet.inspect();
    if (height === this.#checkedHeight) {
      return [...violations, ...this.#signedOnce(), ...this.#fewNoops()];
    }
    this.#checkedHeight = height;
    const onChain = this.#world.devnet.inspect().transactions();
    for (const { hash, transaction } of onChain.slice(this.#checkedTransactions)) {
      if (transaction.signerId !== worldConfig.serviceAccountId) continue;
      // Sent by hand: the engine removes no keys.
      if (transaction.actions.some(({ type }) => type === 'DeleteKey')) continue;
      if (!stored.has(hash) && !this.#signerAmnesia) {
        violations.push(`transaction ${hash} is on chain but was never stored`);
      }
    }
    this.#checkedTransactions = Math.max(onChain.length - 20, 0);
    return [...violations, ...this.#signedOnce(), ...this.#fewNoops()];
  }

  /**
   * A lane needs one open noop, another if a node rejected it, and one for each crashed
   * reconciliation; more cost money and free nothing. Noops that can no longer execute are not
   * counted: they only wait for their proof.
   */
  #fewNoops(): string[] {
    const chain = this.#world.devnet.inspect();
    const open = this.#world.rows<{ publicKey: string; nonce: number }>(
      `SELECT "publicKey", "nonce" FROM "ChainTransaction"
       WHERE "purpose" = 'TOMBSTONE' AND "status" IN ('SIGNED', 'SENT') AND "referenceHeight" >= ?`,
      chain.finalHeight - validityBlocks,
    );
    const waiting = new Map<string, number>();
    for (const { publicKey, nonce } of open) {
      const spent = chain.accessKey(worldConfig.serviceAccountId, publicKey)?.nonce ?? 0n;
      if (BigInt(nonce) > spent) waiting.set(publicKey, (waiting.get(publicKey) ?? 0) + 1);
    }
    return [...waiting]
      .filter(([, count]) => count > mostNoops)
      .map(([publicKey, count]) => `the lane of ${publicKey} has ${count} noops open`);
  }

  /** For each wallet and purpose, only the newest transaction may still have an effect. */
  #signedOnce(): string[] {
    const links = this.#world.rows<LinkRow>(
      `SELECT "link"."hash", "link"."userId", "link"."purpose", "tx"."status"
       FROM "ChainTransactionWallet" AS "link"
       JOIN "ChainTransaction" AS "tx" ON "tx"."hash" = "link"."hash"
       WHERE "tx"."status" NOT IN ('FAILED', 'DEAD')`,
    );
    const seen = new Map<string, string>();
    const violations: string[] = [];
    for (const { hash, userId, purpose } of links) {
      const key = `${userId} ${purpose}`;
      const other = seen.get(key);
      if (other) violations.push(`${key} was signed for twice: ${other} and ${hash}`);
      seen.set(key, hash);
    }
    return violations;
  }

  #keysAreWrittenOnce(): string[] {
    const violations: string[] = [];
    for (const user of this.#world.users()) {
      const { id, nearAccountId, nearPublicKey, nearPrivateKey } = user;
      const keys = [nearAccountId, nearPublicKey, nearPrivateKey].join(' ');
      const before = this.#keys.get(id);
      if (before !== undefined && before !== keys) violations.push(`${id}: keys were replaced`);
      if (nearAccountId) this.#keys.set(id, keys);
    }
    return violations;
  }

  #transitions(): string[] {
    const events = this.#world.rows<{
      id: number;
      userId: string;
      fromStatus: WalletStatus | null;
      toStatus: WalletStatus;
      errorCode: string | null;
    }>('SELECT * FROM "WalletEvent" WHERE "id" > ? ORDER BY "id"', this.#lastEventId);
    const violations: string[] = [];
    for (const { id, userId, fromStatus, toStatus } of events) {
      this.#lastEventId = id;
      if (!isLegalTransition(fromStatus, toStatus)) {
        violations.push(`${userId} moved from ${fromStatus} to ${toStatus}`);
      }
      if (toStatus === 'READY') violations.push(...this.#readiness(userId));
      if (toStatus === 'FAILED') violations.push(...this.#failure(userId));
    }
    return violations;
  }

  /** READY requires the account with our key and exactly one final reward. */
  #readiness(userId: string): string[] {
    const wallet = this.#walletOf(userId);
    const accountId = String(wallet?.accountId);
    const chain = this.#world.devnet.inspect();
    const key = chain.accessKey(accountId, String(wallet?.publicKey));
    const violations: string[] = [];
    if (key?.permission.type !== 'FullAccess')
      violations.push(`${userId} is READY without its key`);
    if (chain.tokenBalance(accountId) !== rewardBaseUnits) {
      violations.push(`${userId} is READY with a balance other than the reward`);
    }
    if (wallet?.balance !== '100') {
      violations.push(`${userId} is READY and shows ${wallet?.balance}`);
    }
    violations.push(...this.#projection(wallet?.ownerId ?? null));
    const hashes = this.#world.rows<{ hash: string }>(
      `SELECT "hash" FROM "ChainTransactionWallet" WHERE "userId" = ? AND "live" = 1`,
      wallet?.id,
    );
    for (const { hash } of hashes) {
      if (this.#onChain(hash) !== 'succeeded') violations.push(`${userId} is READY before FINAL`);
    }
    return violations;
  }

  /** The columns of `User` show the user's own wallet. */
  #projection(ownerId: string | null): string[] {
    if (ownerId === null) return [];
    const [wallet] = this.#world.rows<WalletRow>(
      'SELECT * FROM "Wallet" WHERE "ownerId" = ?',
      ownerId,
    );
    const user = this.#world.user(ownerId);
    const isSame =
      user.nearAccountId === wallet?.accountId &&
      user.nearPublicKey === wallet.publicKey &&
      user.walletStatus === wallet.status &&
      user.chocoBalance === wallet.balance;
    return isSame ? [] : [`${ownerId} is shown another wallet than its own`];
  }

  #failure(userId: string): string[] {
    const open = this.#world.rows(
      `SELECT 1 FROM "ChainTransactionWallet" AS "link"
       JOIN "ChainTransaction" AS "tx" ON "tx"."hash" = "link"."hash"
       WHERE "link"."userId" = ? AND "link"."live" = 1 AND "tx"."status" IN ('SIGNED', 'SENT')`,
      userId,
    );
    return open.length > 0 ? [`${userId} is FAILED with a transaction open`] : [];
  }

  #onChain(hash: string): Effect {
    return effectOf(this.#world.devnet.inspect().transaction(hash));
  }
}

const walletColumns = '"id", "ownerId", "accountId", "publicKey", "status", "balance"';
const mostNoops = 5;
/** The nonce of a new key is a multiple of this (nearcore); each signature increments it. */
const nonceStep = 1_000_000n;

type Effect = 'absent' | 'pending' | 'succeeded' | 'failed';

/** The effect of a transaction on the final chain; `pending` while its block is not final. */
export function effectOf(found: ReturnType<Inspection['transaction']>): Effect {
  if (!found) return 'absent';
  const { level, result } = found;
  const isFailure = result?.type === 'failure';
  // An invalid transaction in a block has an outcome but no effect, whether or not the block is final.
  // If its bytes execute later, the later block shows it.
  if (isFailure && !('ActionError' in Object(result.error))) return 'absent';
  if (level !== 'FINAL' || result === null) return 'pending';
  return isFailure ? 'failed' : 'succeeded';
}
