import type { DatabaseReader } from './database-reader.ts';
import type { ManagedProcess } from './managed-process.ts';
import type { Violation } from './verdict.ts';

const USERS_LISTED = 5;

/** The report of a failed run, complete because its directory is removed. */
export function reportOf({
  title,
  processes,
  notes,
  database,
  violations,
}: {
  title: string;
  processes: readonly ManagedProcess[];
  notes: readonly string[];
  database: DatabaseReader;
  violations: readonly Violation[];
}): string {
  const logs = (isWanted: (line: string) => boolean, most: number) =>
    processes.flatMap((each) =>
      each
        .logLines()
        .filter(isWanted)
        .slice(-most)
        .map((line) => `  ${each.name} ${line}`),
    );
  const users = [...new Set(violations.flatMap(({ user }) => user ?? []))];
  return [
    `${title}; signing is paused by: ${database.pauseReason()}`,
    ...violations.map(({ text, user }) => `* ${user ? `${user.email} ` : ''}${text}`),
    'What was done:',
    ...notes,
    ...users
      .slice(0, USERS_LISTED)
      .flatMap((user) => [database.describe(user), ...logs((line) => line.includes(user.id), 20)]),
    'Warnings and errors:',
    ...logs((line) => /"level":[4-6]0/.test(line), 25),
    'Last lines:',
    ...logs(() => true, 8),
  ].join('\n');
}
