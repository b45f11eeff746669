import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createAdminLink } from '../app/lib/admin/admin-link.server.ts';
import { requireDatabase } from '../app/lib/database/require-database.server.ts';
import { closeDatabase } from '../app/lib/db.server.ts';
import { readDevelopmentSecret } from '../app/lib/settings/development-secrets.server.ts';
import { configureEnvironment } from '../app/lib/settings/env.server.ts';
import { explainCrashes, explainError } from './explain-error.ts';

const migrationsFolder = join(import.meta.dirname, '../drizzle/migrations');

// Database, backups, secrets and the devnet's journal are for whoever runs this, and nobody else here.
process.umask(0o077);

/** Prints a one-time link by which an admin sets a password: being on the server is the proof. */
async function main(): Promise<number> {
  const [email, ...more] = process.argv.slice(2);
  // What has no effect is refused: users would believe that it had one.
  if (!email || email.startsWith('-') || more.length > 0) {
    console.error('Usage: npm run admin-link -- someone@example.org');
    return 2;
  }
  try {
    // A link into a database of its own would open nothing: none is made here.
    const settings = configureEnvironment(process.env, { ensureSecret: readDevelopmentSecret });
    await requireDatabase({ migrationsFolder });
    const actor = `command ${userInfo().username}`;
    const { path, minutes, replacesDeleted } = await createAdminLink({ actor, email });
    if (replacesDeleted) {
      console.log(
        'The account of this address was deleted lately: this is a new one, without its wallet.',
      );
    }
    console.log(`Open this within ${minutes} minutes; it works once:`);
    console.log(`${settings.betterAuthUrl ?? `http://localhost:${settings.port}`}${path}`);
    closeDatabase();
    return 0;
  } catch (error) {
    console.error(explainError(error));
    return 1;
  }
}

explainCrashes();
process.exitCode = await main();
