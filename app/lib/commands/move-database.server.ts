import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { countPendingSqlite } from '#drizzle/migrate.ts';
import {
  compareRows,
  filledTables,
  lockSource,
  MoveRefusedError,
  moveRows,
  requireMovable,
} from '#drizzle/move-database.ts';
import { readMovedMark, writeMovedMark } from '#drizzle/moved-mark.ts';
import { commitAlone, type PostgresSessions } from '#engine/adapters/postgres/postgres-database.ts';
import { reasonOf } from '#engine/core/reason-of.ts';
import { databaseHandle, databasePlace, migrateDatabase, reachDatabase } from '../db.server.ts';
import { operatorStore } from '../near/wallet-engine.server.ts';
import { ArgumentError, type CommandResult } from './command.ts';

/** A connection that was just closed is listed for a moment. */
const closedConnectionMs = 2_000;

/**
 * Moves a SQLite file into the empty PostgreSQL database of `DATABASE_URL`: all rows in one commit, each compared
 * with its original. From then on the file can be read, but not written. A move that was cut off in the middle
 * is finished, or done again, by another call.
 * @throws ArgumentError
 */
export async function moveDatabase({
  actor,
  file,
  migrationsFolder,
}: {
  actor: string;
  file: string;
  migrationsFolder: string;
}): Promise<CommandResult> {
  const source = resolve(file);
  if (!existsSync(source)) throw new ArgumentError(`move-database: there is no ${source}.`);
  if (statSync(source).isDirectory()) {
    throw new ArgumentError(`move-database: ${source} is a folder. Name the file in it.`);
  }
  const target = databasePlace();
  const sqlite = new Database(source, { fileMustExist: true, timeout: 1_000 });
  try {
    requireReadable(sqlite, { source, target, migrationsFolder });
    lockSource({ sqlite, nowMs: Date.now() });
    requireMovable(sqlite);
    await reachDatabase();
    await requireUnused(targetSessions());
    await migrateDatabase(migrationsFolder);
    const tables = await moveInto({ sqlite, target });
    const rows = Object.values(tables).reduce((sum, count) => sum + count, 0);
    const detail = { from: source, rows };
    const nowMs = Date.now();
    await operatorStore().record({ actor, action: 'MOVE_DATABASE', userId: null, detail, nowMs });
    const text = [
      `Moved ${rows} rows of ${Object.keys(tables).length} tables from ${source} into ${target}; each was compared.`,
      `Nothing can be written to ${source} any more: keep it as a copy. Start servers and workers with this DATABASE_URL.`,
    ].join('\n');
    return { text, json: { from: source, to: target, rows, tables }, exitCode: 0 };
  } catch (error) {
    if (!(error instanceof MoveRefusedError)) throw error;
    const text = `Nothing was moved from ${source} into ${target}. ${error.message}\n${error.remedy}`;
    const json = { from: source, to: target, rows: 0, error: error.message, remedy: error.remedy };
    return { text, json, exitCode: 1 };
  } finally {
    sqlite.close();
  }
}

/** @throws ArgumentError; MoveRefusedError */
function requireReadable(
  sqlite: Database.Database,
  {
    source,
    target,
    migrationsFolder,
  }: { source: string; target: string; migrationsFolder: string },
): void {
  targetSessions();
  let pending: number;
  try {
    pending = countPendingSqlite(sqlite, migrationsFolder);
  } catch (error) {
    throw new ArgumentError(`move-database: ${source} cannot be read: ${reasonOf(error)}.`);
  }
  if (pending > 0) {
    throw new MoveRefusedError(
      `${pending} migrations are missing in the file.`,
      'Start a server of this version on the file once, stop it, and run this again.',
    );
  }
  const mark = readMovedMark(sqlite);
  if (mark?.isDone || (mark && mark.to !== target)) {
    throw new MoveRefusedError(
      `The file was moved into ${mark.to} at ${new Date(mark.atMs).toISOString()}${mark.isDone ? '' : ', perhaps not to the end'}.`,
      mark.isDone ? 'Use that database.' : 'Set DATABASE_URL to that database, and run this again.',
    );
  }
}

/** @returns the number of rows by table */
async function moveInto({
  sqlite,
  target,
}: {
  sqlite: Database.Database;
  target: string;
}): Promise<Record<string, number>> {
  const atMs = Date.now();
  const wasBegun = readMovedMark(sqlite) !== null;
  const tables = await commitAlone(targetSessions(), async (session) => {
    if (wasBegun && (await filledTables(session)).length > 0) {
      return compareRows({ sqlite, session });
    }
    const moved = await moveRows({ sqlite, session });
    // Before the commit: two databases that both can be written are worse than none.
    writeMovedMark(sqlite, { to: target, atMs, isDone: false });
    return moved;
  });
  writeMovedMark(sqlite, { to: target, atMs, isDone: true });
  return tables;
}

function targetSessions(): PostgresSessions {
  const handle = databaseHandle();
  if (handle.kind !== 'postgres') {
    throw new ArgumentError(
      'move-database: set DATABASE_URL to the PostgreSQL database that the file is moved into.',
    );
  }
  return handle.sessions;
}

/** @throws MoveRefusedError when another process of the app is connected */
async function requireUnused(sessions: PostgresSessions): Promise<void> {
  const untilMs = Date.now() + closedConnectionMs;
  for (;;) {
    const [found] = await sessions.use((session) =>
      session.query({
        text: `SELECT count(*) AS "connections",
            COALESCE(string_agg(DISTINCT COALESCE(host("client_addr"), 'this machine'), ', '), '') AS "clients"
          FROM "pg_stat_activity" WHERE "datname" = current_database() AND "pid" <> pg_backend_pid()
            AND "application_name" IN ('choonsim', 'wallet-engine')`,
        values: [],
      }),
    );
    if (Number(found?.connections) === 0) return;
    if (Date.now() > untilMs) {
      throw new MoveRefusedError(
        `A server or worker is connected to the target (${found?.connections} connections from ${found?.clients}).`,
        'Stop every server and worker, and run this again.',
      );
    }
    await sleep(100);
  }
}
