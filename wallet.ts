import { join } from 'node:path';
import { ArgumentError, UsageError } from './app/lib/commands/command.ts';
import { readCommandLine, usage } from './app/lib/commands/command-line.ts';
import { errorAsJson, explainCrashes, explainError } from './scripts/explain-error.ts';

// Database, backups, secrets and the devnet's journal are readable by this user only.
process.umask(0o077);

async function main(): Promise<number> {
  const call = readCommandLine(process.argv.slice(2));
  if (call === 'help') {
    console.log(usage);
    return 0;
  }
  // Loaded late: engine, drivers and clients take most of a second, and a wrong call needs none.
  const { logToStandardError } = await import('./app/lib/log.server.ts');
  const { runCommand } = await import('./app/lib/commands/run-command.server.ts');
  logToStandardError();
  const migrationsFolder = join(import.meta.dirname, 'drizzle/migrations');
  const result = await runCommand({ ...call, migrationsFolder });
  console.log(call.json ? JSON.stringify(result.json, bigintAsText, 2) : result.text);
  return result.exitCode;
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** With `--json` standard output is always one JSON value; the sentence goes to standard error. */
function explain(error: unknown): number {
  if (process.argv.includes('--json')) console.log(JSON.stringify(errorAsJson(error), null, 2));
  if (error instanceof UsageError) {
    const needsUsage = !(error instanceof ArgumentError);
    console.error(needsUsage ? `${error.message}\n\n${usage}` : error.message);
    return 2;
  }
  console.error(explainError(error));
  return 3;
}

explainCrashes();
main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => process.exit(explain(error)),
);
