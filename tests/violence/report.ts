import type { DatabaseReader } from './database-reader.ts';
import type { Deployment } from './deployment.ts';
import type { Violation } from './verdict.ts';

const USERS_TOLD = 5;

/** What an engineer needs of a run that failed; its directory is gone by the time it is read. */
export function reportOf({
  seed,
  deployment,
  database,
  violations,
}: {
  seed: number;
  deployment: Deployment;
  database: DatabaseReader;
  violations: readonly Violation[];
}): string {
  const { notes, devnet, server, workers } = deployment;
  const processes = [devnet, server, ...workers];
  const logs = (isTold: (line: string) => boolean, most: number) =>
    processes.flatMap((each) =>
      each
        .logLines()
        .filter(isTold)
        .slice(-most)
        .map((line) => `  ${each.name} ${line}`),
    );
  const users = [...new Set(violations.flatMap(({ user }) => user ?? []))];
  return [
    `VIOLENCE_SEED=${seed}; signing is paused by: ${database.pauseReason()}`,
    ...violations.map(({ text, user }) => `* ${user ? `${user.email} ` : ''}${text}`),
    'What was done:',
    ...notes,
    ...users
      .slice(0, USERS_TOLD)
      .flatMap((user) => [database.describe(user), ...logs((line) => line.includes(user.id), 20)]),
    'Warnings and errors:',
    ...logs((line) => /"level":[4-6]0/.test(line), 25),
    'Last lines:',
    ...logs(() => true, 8),
  ].join('\n');
}
