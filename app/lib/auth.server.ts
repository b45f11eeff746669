import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { account, session, user, verification } from '#drizzle/schema.ts';
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from './account-rules.ts';
import { CLIENT_ADDRESS_HEADER } from './client-address.server.ts';
import { db } from './db.server.ts';
import { env } from './env.server.ts';
import { log } from './log.server.ts';
import { ensureNearWalletAsync } from './near/wallet.server.ts';

const DAY_SECONDS = 24 * 60 * 60;

function createAuth() {
  const { betterAuthUrl, betterAuthSecret, isProduction, port } = env();
  return betterAuth({
    secret: betterAuthSecret,
    // Unset: whoever reaches us over loopback may name us as they like (localhost, 127.0.0.1, any port).
    baseURL: betterAuthUrl ?? {
      allowedHosts: ['localhost', 'localhost:*', '127.0.0.1', '127.0.0.1:*', '[::1]', '[::1]:*'],
      protocol: 'http',
      fallback: `http://localhost:${port}`,
    },
    database: drizzleAdapter(db(), {
      provider: 'sqlite',
      schema: { user, session, account, verification },
      // better-sqlite3 transactions cannot wait for a promise.
      transaction: false,
    }),
    emailAndPassword: {
      enabled: true,
      autoSignIn: true,
      minPasswordLength: PASSWORD_MIN_LENGTH,
      maxPasswordLength: PASSWORD_MAX_LENGTH,
    },
    session: { expiresIn: 30 * DAY_SECONDS, updateAge: DAY_SECONDS },
    // The wallet's columns are not declared here, so no client can set or read one.
    databaseHooks: { user: { create: { after: requestWalletOfNewUser } } },
    rateLimit: {
      // Tests and benchmarks sign up many users from one address.
      enabled: isProduction,
      window: 60,
      max: 120,
      customRules: {
        '/sign-up/email': { window: 600, max: 10 },
        '/sign-in/email': { window: 60, max: 10 },
      },
    },
    advanced: {
      useSecureCookies: betterAuthUrl?.startsWith('https://') ?? false,
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      // Said out loud: the library leaves both checks out under a test runner.
      disableCSRFCheck: false,
      disableOriginCheck: false,
    },
    logger: {
      level: 'warn',
      log: (level, message) => log()[level]({ component: 'auth' }, message),
    },
    telemetry: { enabled: false },
  });
}

/** Never throws: the user, already stored, would get an error for an account that exists. */
async function requestWalletOfNewUser(created: { id: string }): Promise<void> {
  if (env().walletCreation !== 'async') return;
  try {
    await ensureNearWalletAsync(created.id);
  } catch (error) {
    // The user has no account id now and is sent to /wallet-setup.
    log().error({ err: error, userId: created.id }, 'wallet request at sign-up failed');
  }
}

let instance: ReturnType<typeof createAuth> | undefined;

export function auth(): ReturnType<typeof createAuth> {
  instance ??= createAuth();
  return instance;
}
