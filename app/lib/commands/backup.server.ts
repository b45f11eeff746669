import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { reasonOf } from '#engine/core/reason-of.ts';
import { countUsersOfDump, dumpPostgres } from '../database/postgres-dump.server.ts';
import { type DatabaseHandle, databaseHandle, databasePlace } from '../db.server.ts';
import { leaveStockOutOf, operatorStore } from '../near/wallet-engine.server.ts';
import { env } from '../settings/env.server.ts';
import { ArgumentError, type CommandResult } from './command.ts';

/**
 * A consistent copy of the whole database while processes run: a SQLite file, or a dump of `pg_dump`. It has its name
 * only once it was read through.
 * @throws ArgumentError
 */
export async function backup({
  actor,
  file,
}: {
  actor: string;
  file: string;
}): Promise<CommandResult> {
  const target = resolve(file);
  if (existsSync(target)) throw new ArgumentError(`backup: ${target} exists already.`);
  if (!existsSync(dirname(target))) {
    throw new ArgumentError(`backup: there is no folder ${dirname(target)}.`);
  }
  const part = `${target}.part`;
  let users: number;
  try {
    users = await copyDatabase(databaseHandle(), part);
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { force: true });
    const text = `Nothing was copied to ${target}: ${reasonOf(error)}.`;
    return { text, json: { file: null, users: null }, exitCode: 1 };
  }
  const detail = { file: target, users };
  const nowMs = Date.now();
  await operatorStore().record({ actor, action: 'BACKUP', userId: null, detail, nowMs });
  const text = `Copied ${databasePlace()} with ${users} users to ${target}; the copy was verified.`;
  return { text, json: detail, exitCode: 0 };
}

/** @returns the number of users in the copy */
async function copyDatabase(handle: DatabaseHandle, file: string): Promise<number> {
  if (handle.kind === 'postgres') {
    await dumpPostgres({ databaseUrl: env().databaseUrl, file });
    return countUsersOfDump(file);
  }
  handle.sqlite.prepare('VACUUM INTO ?').run(file);
  leaveOutOf(file);
  return countUsersOfCopy(file);
}

/** Wallets in stock may have owners by the time the copy is restored. */
function leaveOutOf(file: string): void {
  const copy = new Database(file);
  try {
    leaveStockOutOf(copy);
  } finally {
    copy.close();
  }
}

/** @throws when a page or an index of the copy is damaged */
function countUsersOfCopy(file: string): number {
  const copy = new Database(file, { readonly: true });
  try {
    const found = copy.pragma('integrity_check', { simple: true });
    if (found !== 'ok') throw new Error(`the copy is damaged (${found})`);
    return Number(copy.prepare('SELECT count(*) FROM "User"').pluck().get());
  } finally {
    copy.close();
  }
}
