import { AdminLinkRefusedError, createAdminLink } from '../app/lib/admin/admin-link.server.ts';
import { closeDatabase, migrateDatabase } from '../app/lib/db.server.ts';
import { EnvironmentError, env } from '../app/lib/env.server.ts';

/** Prints a one-time link by which an admin sets a password: being on the server is the proof. */
async function main(): Promise<number> {
  const [email] = process.argv.slice(2);
  if (!email) {
    console.error('Usage: npm run admin-link -- someone@example.org');
    return 1;
  }
  try {
    const { betterAuthUrl, port } = env();
    await migrateDatabase();
    const { path, minutes, replacesDeleted } = await createAdminLink(email);
    if (replacesDeleted) {
      console.log(
        'The account of this address was deleted lately: this is a new one, without its wallet.',
      );
    }
    console.log(`Open this within ${minutes} minutes; it works once:`);
    console.log(`${betterAuthUrl ?? `http://localhost:${port}`}${path}`);
    closeDatabase();
    return 0;
  } catch (error) {
    if (!(error instanceof EnvironmentError || error instanceof AdminLinkRefusedError)) throw error;
    console.error(error.message);
    return 1;
  }
}

process.exitCode = await main();
