import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hashPassword } from 'better-auth/crypto';
import Database from 'better-sqlite3';
import type { Visitor } from './test.ts';

const migrations = join(import.meta.dirname, '../../drizzle/migrations');

type Columns = Readonly<Record<string, string | number | null>>;

/** Writes to the running server's database, to put a wallet into a state. */
export function changeUser(databaseFile: string, email: string, columns: Columns): void {
  const database = new Database(databaseFile, { timeout: 5_000 });
  const names = Object.keys(columns);
  database
    .prepare(`UPDATE "User" SET ${names.map((name) => `"${name}" = ?`).join(', ')} WHERE email = ?`)
    .run(...Object.values(columns), email);
  database.close();
}

/** Runs SQL for changes that no page can make. `:email` is the user's. */
export function changeDatabase(databaseFile: string, email: string, sql: string): void {
  const database = new Database(databaseFile, { timeout: 5_000 });
  database.prepare(sql).run({ email });
  database.close();
}

/** The user's row, and how many rows in other tables belong to the user. */
export function readUser(
  databaseFile: string,
  user: { id: string } | { email: string },
): { row: Record<string, unknown>; counts: Record<string, number> } {
  const database = new Database(databaseFile, { timeout: 5_000, readonly: true });
  const [[column = '', value = ''] = []] = Object.entries(user);
  const row = database.prepare(`SELECT * FROM "User" WHERE "${column}" = ?`).get(value);
  if (typeof row !== 'object' || row === null) throw new Error(`no user with ${column} ${value}`);
  const found: Record<string, unknown> = { ...row };
  const count = (table: string) =>
    database.prepare(`SELECT count(*) FROM "${table}" WHERE "userId" = ?`).pluck().get(found.id);
  const counts = Object.fromEntries(
    ['Session', 'Account', 'Conversation', 'TokenTransfer'].map((table) => [
      table,
      Number(count(table)),
    ]),
  );
  database.close();
  return { row: found, counts };
}

/** A conversation of `message 0`, `message 1`, …, alternating between user and character. */
export function addMessages(
  databaseFile: string,
  email: string,
  { characterId, count, reply }: { characterId: string; count: number; reply?: string },
): void {
  const database = new Database(databaseFile, { timeout: 5_000 });
  const user = database.prepare('SELECT id FROM "User" WHERE email = ?').get(email) as {
    id: string;
  };
  const conversationId = `${user.id}-${characterId}`;
  const now = 1_700_000_000;
  insert(database, 'Conversation', {
    id: conversationId,
    userId: user.id,
    characterId,
    createdAt: now,
    updatedAt: now,
  });
  for (let index = 0; index < count; index++) {
    insert(database, 'Message', {
      id: `${conversationId}:message-${String(index).padStart(4, '0')}`,
      conversationId,
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: index % 2 === 1 && reply ? reply : `message ${index}`,
      // Some have equal times: the order must still hold.
      createdAt: now * 1_000 + Math.floor(index / 3),
    });
  }
  database.close();
}

/** A database of the app before this feature: its one migration and its users. */
export async function createOldDatabase(
  file: string,
  users: readonly (Visitor & { nearAccountId: string | null; nearPublicKey?: string })[],
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
      nearPublicKey: user.nearPublicKey ?? (hasWallet ? 'ed25519:old' : null),
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
