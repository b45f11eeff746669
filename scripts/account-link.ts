import { userInfo } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createAccountLink } from '../app/lib/account/account-link.server.ts';
import { requireDatabase } from '../app/lib/database/require-database.server.ts';
import { closeDatabase } from '../app/lib/db.server.ts';
import { readDevelopmentSecret } from '../app/lib/settings/development-secrets.server.ts';
import { configureEnvironment } from '../app/lib/settings/env.server.ts';
import { explainCrashes, explainError } from './explain-error.ts';

const USAGE = `Usage: npm run account-link -- ADDRESS [--email NEW_ADDRESS]

Prints a one-time link by which the user of this address sets a new password. --email corrects the
address first. Give it only to the person whose account it is.`;

const migrationsFolder = join(import.meta.dirname, '../drizzle/migrations');

// Database, backups, secrets and the devnet's journal are for whoever runs this, and nobody else here.
process.umask(0o077);

/** For a user who cannot log in any more: being on the server is the operator's proof. */
async function main(): Promise<number> {
  const call = readCall(process.argv.slice(2));
  if (!call) {
    console.error(USAGE);
    return 2;
  }
  try {
    // A link into a database of its own would open nothing: none is made here.
    const settings = configureEnvironment(process.env, { ensureSecret: readDevelopmentSecret });
    await requireDatabase({ migrationsFolder });
    const actor = `command ${userInfo().username}`;
    const { path, minutes } = await createAccountLink({ actor, ...call });
    if (call.newEmail) console.log(`The address is corrected: log in with ${call.newEmail}.`);
    console.log(`Open this within ${minutes} minutes; it works once:`);
    console.log(`${settings.betterAuthUrl ?? `http://localhost:${settings.port}`}${path}`);
    closeDatabase();
    return 0;
  } catch (error) {
    console.error(explainError(error));
    return 1;
  }
}

function readCall(args: string[]): { email: string; newEmail: string | null } | null {
  try {
    const { positionals, values } = parseArgs({
      args,
      options: { email: { type: 'string' } },
      allowPositionals: true,
    });
    const [email, ...more] = positionals;
    return email && more.length === 0 ? { email, newEmail: values.email ?? null } : null;
  } catch {
    return null;
  }
}

explainCrashes();
process.exitCode = await main();
