import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api';
import { eq } from 'drizzle-orm';
import { account, session, user, verification } from '#drizzle/schema.ts';
import {
  ADMIN_PASSWORD_MIN_LENGTH,
  DELETED_EMAIL_REST_DAYS,
  findEmailFault,
  findNameFault,
  NAME_MAX_LENGTH,
  PASSWORD_MAX_LENGTH,
  PASSWORD_MIN_LENGTH,
} from './account-rules.ts';
import { CLIENT_ADDRESS_HEADER } from './client-address.server.ts';
import { db } from './db.server.ts';
import { isRestingAddress } from './deleted-users.server.ts';
import { env } from './env.server.ts';
import { GREATEST_LENGTH } from './field-lengths.ts';
import { log } from './log.server.ts';
import { ensureNearWalletAsync } from './near/wallet.server.ts';
import { faultResponse, readJson } from './read-fields.server.ts';
import { guardSignUp, signUpHooks } from './sign-up-guard.server.ts';

const DAY_SECONDS = 24 * 60 * 60;
/** How long the one-time link of `npm run admin-link` works. */
const ADMIN_LINK_SECONDS = 15 * 60;
/** From one address. */
const PASSWORD_TRIES = { window: 60, max: 10 };

function createAuth() {
  const { betterAuthUrl, betterAuthSecret, isHttps, isExposed, port } = env();
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
      // Nothing sends such links by mail; `npm run admin-link` prints them, for admins only.
      resetPasswordTokenExpiresIn: ADMIN_LINK_SECONDS,
      revokeSessionsOnPasswordReset: true,
      onPasswordReset: ({ user: { id } }) => markEmailVerified(id),
    },
    emailVerification: emailVerification(),
    // Thrown to `answerAuth`: the library would write it past our log, in colours.
    onAPIError: { throw: true },
    hooks: { before: guard },
    session: { expiresIn: 30 * DAY_SECONDS, updateAge: DAY_SECONDS },
    // The wallet's columns are not declared here, so no client can set or read one.
    databaseHooks: {
      user: {
        create: { before: refuseNewUser, after: requestWalletOfNewUser },
        update: { before: refuseChange },
      },
    },
    rateLimit: {
      // Tests and benchmarks sign up many users from one address.
      enabled: isExposed,
      window: 60,
      max: 120,
      customRules: {
        // Ours counts these, over all processes; the library's own rule would be three in ten seconds.
        '/sign-up/email': { window: 60, max: 60 },
        // Whatever tells a right password from a wrong one, with a stolen session too.
        '/sign-in/email': PASSWORD_TRIES,
        '/change-password': PASSWORD_TRIES,
        '/verify-password': PASSWORD_TRIES,
        '/delete-user': PASSWORD_TRIES,
        '/reset-password': PASSWORD_TRIES,
      },
    },
    advanced: {
      // The library's own prefix would be the weaker __Secure-. A browser takes __Host- from this host
      // alone: no other site of the domain can set the cookie.
      useSecureCookies: false,
      cookiePrefix: isHttps ? '__Host-better-auth' : 'better-auth',
      defaultCookieAttributes: { secure: isHttps, path: '/' },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      // Said out loud: the library leaves both checks out under a test runner.
      disableCSRFCheck: false,
      disableOriginCheck: false,
    },
    logger: {
      level: 'warn',
      log: (level, message, ...details) => {
        const err = details.find((detail) => detail instanceof Error);
        log()[level]({ component: 'auth', ...(err && { err }) }, message);
      },
    },
    telemetry: { enabled: false },
  });
}

async function refuseNewUser(created: { name: string; email: string }): Promise<void> {
  await refuseChange(created);
  await refuseRestingAddress(created.email);
}

interface ChangedUser {
  name?: string;
  email?: string;
  image?: string | null | undefined;
}

/** Whatever the way in: an e-mail, a name or a picture that no page would take is not stored. */
async function refuseChange(changed: ChangedUser): Promise<void> {
  refuseImage(changed.image);
  refuseName(changed.name);
  refuseEmail(changed.email);
  refuseAdminEmail(changed);
}

/** The pages check it too; this is for those who call the API. */
function refuseName(name: string | undefined): void {
  const fault = name === undefined ? null : findNameFault(name.trim());
  if (!fault) return;
  const message = `The name must have 1 to ${NAME_MAX_LENGTH} characters, none of them invisible.`;
  throw new APIError('BAD_REQUEST', { code: fault, message });
}

function refuseEmail(email: string | undefined): void {
  if (email === undefined || !findEmailFault(email)) return;
  const message = `The e-mail must be an address of up to ${GREATEST_LENGTH.email} characters.`;
  throw new APIError('BAD_REQUEST', { code: 'INVALID_EMAIL', message });
}

/** No page offers or shows one. */
function refuseImage(image: string | null | undefined): void {
  if (image === undefined || image === null) return;
  const message = '"image" is not a field of a user here. Leave it out.';
  throw new APIError('BAD_REQUEST', { code: 'FIELD_UNKNOWN', message });
}

/** Deleting an account and signing up again must not be a way to a reward a day. */
async function refuseRestingAddress(email: string): Promise<void> {
  if (!(await isRestingAddress(email))) return;
  throw new APIError('UNPROCESSABLE_ENTITY', {
    code: 'EMAIL_RECENTLY_DELETED',
    message: `An account with this e-mail was deleted in the last ${DELETED_EMAIL_REST_DAYS} days.`,
  });
}

/**
 * Addresses are not verified at sign-up: whoever came first could take an admin's. Theirs are given
 * out by `npm run admin-link` alone; to others they look taken.
 */
function refuseAdminEmail(changed: { email?: string }): void {
  if (!env().adminEmails.includes((changed.email ?? '').toLowerCase())) return;
  throw new APIError('UNPROCESSABLE_ENTITY', {
    code: 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL',
    message: 'User already exists. Use another email.',
  });
}

/** Who opens a link that only the address's owner was given has shown the address to be theirs. */
async function markEmailVerified(userId: string): Promise<void> {
  await db().update(user).set({ emailVerified: true }).where(eq(user.id, userId));
}

const guard = createAuthMiddleware(async (context) => {
  const { path, body, headers } = context;
  // Links that reset are made for admins alone.
  if (path === '/reset-password') refuseShortAdminPassword(body?.newPassword);
  if (path === '/change-password') {
    const email = (await getSessionFromCtx(context))?.user.email ?? '';
    if (env().adminEmails.includes(email)) refuseShortAdminPassword(body?.newPassword);
  }
  if (path !== '/sign-up/email') return;
  const given = headers ?? new Headers();
  const address = given.get(CLIENT_ADDRESS_HEADER) ?? 'unknown';
  await guardSignUp({ email: String(body?.email ?? ''), address, headers: given });
});

function refuseShortAdminPassword(password: unknown): void {
  if (String(password ?? '').length >= ADMIN_PASSWORD_MIN_LENGTH) return;
  throw new APIError('BAD_REQUEST', {
    code: 'ADMIN_PASSWORD_TOO_SHORT',
    message: `An admin's password must have at least ${ADMIN_PASSWORD_MIN_LENGTH} characters.`,
  });
}

/** Nothing, unless somebody sends mails: see {@link SignUpHooks}. */
function emailVerification(): NonNullable<BetterAuthOptions['emailVerification']> {
  const { sendVerificationMail } = signUpHooks();
  if (!sendVerificationMail) return {};
  return {
    sendOnSignUp: true,
    autoSignInAfterVerification: true,
    sendVerificationEmail: ({ user: { email }, url }) => sendVerificationMail({ email, url }),
    afterEmailVerification: requestWalletOfNewUser,
  };
}

/** Never throws: the user, already stored, would get an error for an account that exists. */
async function requestWalletOfNewUser(created: {
  id: string;
  emailVerified: boolean;
}): Promise<void> {
  if (signUpHooks().sendVerificationMail && !created.emailVerified) return;
  if (env().walletCreation !== 'async') return;
  try {
    await ensureNearWalletAsync(created.id);
  } catch (error) {
    // The user has no account id now and is sent to /wallet-setup.
    log().error({ err: error, userId: created.id }, 'wallet request at sign-up failed');
  }
}

/**
 * Answers what is asked of better-auth's own addresses, of those that `doors.ts` names. Never throws;
 * what fails is logged.
 */
export async function answerAuth(request: Request): Promise<Response> {
  try {
    const checked = await readAuthRequest(request);
    return checked instanceof Response ? checked : await auth().handler(checked);
  } catch (error) {
    log().error({ component: 'auth', err: error }, 'auth request failed');
    return Response.json({ code: 'INTERNAL_SERVER_ERROR' }, { status: 500 });
  }
}

/** The same request, its body read; or the answer to one whose fields its door does not take. */
async function readAuthRequest(request: Request): Promise<Request | Response> {
  const read = await readJson(request);
  if ('fault' in read) return faultResponse(read.fault);
  if (request.method === 'GET' || request.method === 'HEAD') return request;
  const { url, method, headers } = request;
  return new Request(url, { method, headers, body: read.text });
}

let instance: ReturnType<typeof createAuth> | undefined;

export function auth(): ReturnType<typeof createAuth> {
  instance ??= createAuth();
  return instance;
}
