import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hashPassword } from 'better-auth/crypto';
import Database from 'better-sqlite3';
import type { Visitor } from './test.ts';

const migrations = join(import.meta.dirname, '../../drizzle/migrations');

type Columns = Readonly<Record<string, string | number | null>>;

/** Writes beside the running server, to bring a wallet into a state. */
export function changeUser(databaseFile: string, email: string, columns: Columns): void {
  const database = new Database(databaseFile, { timeout: 5_000 });
  const names = Object.keys(columns);
  database
    .prepare(`UPDATE "User" SET ${names.map((name) => `"${name}" = ?`).join(', ')} WHERE email = ?`)
    .run(...Object.values(columns), email);
  database.close();
}

/** A database as the app before this feature left it: its one migration, and its users. */
export async function createOldDatabase(
  file: string,
  users: readonly (Visitor & { nearAccountId: string | null })[],
): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const database = new Database(file);
  const sql = readFileSync(join(migrations, '0000_before_async_wallets.sql'), 'utf8');
  const journal = JSON.parse(readFileSync(join(migrations, 'meta/_journal.json'), 'utf8')) as {
    entries: { when: number }[];
  };
  database.exec(sql.replaceAll('--> statement-breakpoint', ''));
  database.exec(
    'CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)',
  );
  database
    .prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)')
    .run(createHash('sha256').update(sql).digest('hex'), journal.entries[0]?.when);
  for (const [index, user] of users.entries()) {
    const hasWallet = user.nearAccountId !== null;
    insert(database, 'User', {
      id: `old-user-${index}`,
      name: user.name,
      email: user.email,
      emailVerified: 0,
      createdAt: 1_700_000_000,
      updatedAt: 1_700_000_000,
      nearAccountId: user.nearAccountId,
      nearPublicKey: hasWallet ? 'ed25519:old' : null,
      nearPrivateKey: hasWallet ? 'encrypted-before-versions' : null,
      chocoBalance: hasWallet ? '73.5' : '0',
    });
    insert(database, 'Account', {
      id: `old-account-${index}`,
      accountId: `old-user-${index}`,
      providerId: 'credential',
      userId: `old-user-${index}`,
      password: await hashPassword(user.password),
      createdAt: 1_700_000_000,
      updatedAt: 1_700_000_000,
    });
  }
  database.close();
}

function insert(database: Database.Database, table: string, columns: Columns): void {
  const names = Object.keys(columns);
  const places = names.map(() => '?').join(', ');
  database
    .prepare(
      `INSERT INTO "${table}" (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${places})`,
    )
    .run(...Object.values(columns));
}
