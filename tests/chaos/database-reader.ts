import Database from 'better-sqlite3';
import type { StoredKey } from '../../packages/wallet-engine/src/ports/key-vault.ts';

export interface UserRow {
  id: string;
  email: string;
  nearAccountId: string | null;
  nearPublicKey: string | null;
  nearPrivateKey: string | null;
  walletStatus: string | null;
  walletError: string | null;
  walletAttempts: number;
  walletTakeovers: number;
  walletAvailableAt: number | null;
  chocoBalance: string;
}

export interface TransactionRow {
  hash: string;
  publicKey: string;
  nonce: number;
  purpose: string;
  status: string;
  failure: string | null;
  burntYocto: string | null;
}

export interface TransferRow {
  userId: string;
  txHash: string;
  amount: string;
  status: string;
  purpose: string;
}

/** The tables, read beside the processes that write them. */
export class DatabaseReader {
  readonly #database: Database.Database;

  /** @param source a file that others write, or a copy in memory */
  constructor(source: string | Database.Database) {
    this.#database =
      typeof source === 'string'
        ? new Database(source, { readonly: true, timeout: 10_000 })
        : source;
  }

  users(): UserRow[] {
    return this.#all('SELECT * FROM "User" ORDER BY "createdAt", "email"');
  }

  deploymentId(): string {
    const [row] = this.#all<{ id: string }>(
      'SELECT "deploymentId" AS "id" FROM "DeploymentIdentity"',
    );
    return row?.id ?? '';
  }

  /** As a key vault knows them. */
  storedKeys(): StoredKey[] {
    return this.#all(`SELECT (SELECT "deploymentId" FROM "DeploymentIdentity") AS "deploymentId",
        "id" AS "walletId", "accountId", "publicKey", "encryptedPrivateKey"
      FROM "Wallet" WHERE "publicKey" IS NOT NULL`);
  }

  /** READY wallets without an owner: their reward was paid, too. */
  readyStock(): number {
    return this.#all(`SELECT 1 FROM "Wallet" WHERE "ownerId" IS NULL AND "status" = 'READY'`)
      .length;
  }

  /** How often each wallet was taken from the stock, by wallet. */
  takes(): { walletId: string; times: number }[] {
    return this.#all(`SELECT "userId" AS "walletId", count(*) AS "times" FROM "WalletEvent"
      WHERE "fromStatus" = 'READY' AND "toStatus" = 'READY' GROUP BY 1`);
  }

  transactions(): TransactionRow[] {
    return this.#all('SELECT * FROM "ChainTransaction" ORDER BY "createdAt"');
  }

  transfers(): TransferRow[] {
    return this.#all('SELECT * FROM "TokenTransfer"');
  }

  lanes(): { laneNumber: number; publicKey: string; nonce: number }[] {
    return this.#all('SELECT * FROM "ServiceKeyLane" ORDER BY "laneNumber"');
  }

  pauseReason(): string | null {
    const [row] = this.#all<{ pauseReason: string | null }>('SELECT * FROM "Deployment"');
    return row?.pauseReason ?? null;
  }

  /** Holders of the lanes on which something for the user is signed: `host/pid/uuid`. */
  holdersFor(userId: string): string[] {
    return this.#all<{ holder: string }>(
      `SELECT DISTINCT "lane"."holder" FROM "ChainTransactionWallet" AS "link"
       JOIN "ChainTransaction" AS "tx" ON "tx"."hash" = "link"."hash"
       JOIN "ServiceKeyLane" AS "lane" ON "lane"."publicKey" = "tx"."publicKey"
       WHERE "link"."userId" = ? AND "lane"."holder" IS NOT NULL`,
      userId,
    ).map(({ holder }) => holder);
  }

  /** All rows about a user, without the key. */
  describe({ id, nearPrivateKey: _, ...user }: UserRow): string {
    const lines = [`user ${id} ${JSON.stringify(user)}`];
    const of = (table: string, rows: unknown[]) => {
      for (const row of rows) lines.push(`  ${table} ${JSON.stringify(row)}`);
    };
    of('transfer', this.#all('SELECT * FROM "TokenTransfer" WHERE "userId" = ?', id));
    of('event', this.#all('SELECT * FROM "WalletEvent" WHERE "userId" = ?', id));
    const signed = `SELECT "link"."purpose", "link"."live", "tx"."hash", "tx"."publicKey",
        "tx"."nonce", "tx"."status", "tx"."failure", "tx"."createdAt", "tx"."settledAt"
      FROM "ChainTransactionWallet" AS "link"
      JOIN "ChainTransaction" AS "tx" ON "tx"."hash" = "link"."hash" WHERE "link"."userId" = ?`;
    of('signed', this.#all(signed, id));
    return lines.join('\n');
  }

  close(): void {
    this.#database.close();
  }

  #all<Row>(sql: string, ...params: string[]): Row[] {
    return this.#database.prepare<string[], Row>(sql).all(...params);
  }
}
