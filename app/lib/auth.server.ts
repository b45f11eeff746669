import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { languageOf } from '../i18n/language.server.ts';
import { authAdapter } from './auth/auth-adapter.server.ts';
import { afterAuth, beforeAuth } from './auth/auth-hooks.server.ts';
import { isReservedAddress, refuseChange, refuseNewUser } from './auth/auth-refusals.server.ts';
import { requestWalletOfNewUser } from './auth/new-user-wallet.server.ts';
import { hashPassword, verifyPassword } from './auth/password-hash.server.ts';
import { signUpHooks } from './auth/sign-up-guard.server.ts';
import { rememberVerified } from './auth/verified-password.server.ts';
import { withAddedWrites } from './database/added-writes.server.ts';
import { logFailure } from './database/log-failure.server.ts';
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from './forms/account-rules.ts';
import { AUTH_PATH } from './forms/doors.ts';
import { errorResponse, readJson } from './forms/read-fields.server.ts';
import { answerWhenFree } from './http/busy.server.ts';
import { addressOf, CLIENT_ADDRESS_HEADER } from './http/client-address.server.ts';
import { askedFrom } from './limits/asking-networks.server.ts';
import { limitAuth } from './limits/auth-limits.server.ts';
import { authLogOver, log } from './log.server.ts';
import { sendConfirmation } from './mail/confirmation-mail.server.ts';
import { appleSignIn } from './other-sign-in/apple.server.ts';
import { admitAccount, admitJoin, tellOfJoined } from './other-sign-in/new-account.server.ts';
import { knownProviders, openIdProvider } from './other-sign-in/providers.server.ts';
import { passkeySignIn } from './passkeys/passkey-sign-in.server.ts';
import { LINK_MINUTES } from './sessions/one-time-link.server.ts';
import { env } from './settings/env.server.ts';
import { PROVIDER_IDS } from './settings/sites.ts';

/** Without use. */
export const SESSION_DAYS = 30;
const DAY_SECONDS = 24 * 60 * 60;

function createAuth() {
  const { betterAuthUrl, betterAuthSecret, isHttps, port } = env();
  return betterAuth({
    secret: betterAuthSecret,
    // Unset: over loopback any name is accepted (localhost, 127.0.0.1, any port).
    baseURL: betterAuthUrl ?? {
      allowedHosts: ['localhost', 'localhost:*', '127.0.0.1', '127.0.0.1:*', '[::1]', '[::1]:*'],
      protocol: 'http',
      fallback: `http://localhost:${port}`,
    },
    database: authAdapter({ isReserved: isReservedAddress }),
    emailAndPassword: passwords,
    // A copy of the database contains no usable link.
    verification: { storeIdentifier: 'hashed' },
    emailVerification: emailVerification(),
    socialProviders: knownProviders(),
    plugins: [passkeySignIn(), ...openIdProvider(), ...appleSignIn()],
    account: otherAccounts(),
    // Thrown to `answerAuth`: the library would write it past our log, in colours.
    onAPIError: { throw: true, errorURL: '/login' },
    hooks: { before: beforeAuth, after: afterAuth },
    // Reading a session writes nothing: `session-refresh.server.ts` prolongs it, up to its absolute end.
    session: {
      expiresIn: SESSION_DAYS * DAY_SECONDS,
      deferSessionRefresh: true,
      disableSessionRefresh: true,
    },
    // The wallet's columns are not declared here, so no client can set or read one.
    user: { validateUserInfo: admitJoin },
    databaseHooks: {
      user: {
        create: { before: refuseNewUser, after: requestWalletOfNewUser },
        update: { before: refuseChange },
      },
      // Other sites only identify a user, once: their tokens are not stored.
      account: { create: { before: admitAccount, after: tellOfJoined } },
    },
    // Replaced by our own limits, which count across processes: `auth-limits.server.ts`.
    rateLimit: { enabled: false },
    advanced: cookies({ isHttps }),
    logger: { level: 'warn', log: authLogOver(log(), logFailure) },
    telemetry: { enabled: false },
  });
}

const passwords = {
  enabled: true,
  autoSignIn: true,
  minPasswordLength: PASSWORD_MIN_LENGTH,
  maxPasswordLength: PASSWORD_MAX_LENGTH,
  password: { hash: hashPassword, verify: verifyPassword },
  // `mail/password-mail.server.ts` sends such links, and commands on the server print them.
  resetPasswordTokenExpiresIn: LINK_MINUTES * 60,
  revokeSessionsOnPasswordReset: true,
} satisfies BetterAuthOptions['emailAndPassword'];

function otherAccounts() {
  return {
    // In an encrypted cookie: following links fills no table.
    storeStateStrategy: 'cookie',
    // Accounts are linked by an address verified on both sides (`admitJoin`), or by their owner.
    accountLinking: {
      enabled: true,
      trustedProviders: [...PROVIDER_IDS],
      allowDifferentEmails: true,
      requireLocalEmailVerified: true,
      // A hook's link verifies without a session: the click does not show who signed up.
      disableImplicitLinking: signUpHooks().sendVerificationMail !== undefined,
    },
    updateAccountOnSignIn: false,
  } satisfies BetterAuthOptions['account'];
}

function cookies({ isHttps }: { isHttps: boolean }) {
  return {
    // The library's own prefix would be the weaker __Secure-. A browser accepts __Host- from this host
    // only: no other site of the domain can set the cookie.
    useSecureCookies: false,
    cookiePrefix: isHttps ? '__Host-better-auth' : 'better-auth',
    defaultCookieAttributes: { secure: isHttps, path: '/' },
    ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
    // Explicit: the library skips both checks under a test runner.
    disableCSRFCheck: false,
    disableOriginCheck: false,
  } satisfies BetterAuthOptions['advanced'];
}

/** Empty unless mail is sent: see {@link SignUpHooks} and `SIGNUP_VERIFICATION`. */
function emailVerification(): NonNullable<BetterAuthOptions['emailVerification']> {
  const { sendVerificationMail } = signUpHooks();
  if (!sendVerificationMail) return env().mustVerifyEmail ? { ...ownVerification } : {};
  return {
    sendOnSignUp: true,
    // Opening a link proves a mailbox, not who signed up: it starts no session.
    autoSignInAfterVerification: false,
    sendVerificationEmail: ({ user: { email }, url }) => sendVerificationMail({ email, url }),
    afterEmailVerification: requestWalletOfNewUser,
  };
}

/** The link leads to our own page, which asks before confirming; the library's would verify at once. */
const ownVerification = {
  sendOnSignUp: true,
  sendVerificationEmail: async (
    { user: { id: userId, email } }: { user: { id: string; email: string } },
    request?: Request,
  ) => {
    const { internalAdapter } = await auth().$context;
    const language = request ? await languageOf(request) : 'ko';
    await sendConfirmation(internalAdapter, { userId, email, isChange: false, language });
  },
} satisfies NonNullable<BetterAuthOptions['emailVerification']>;

/**
 * Answers requests to better-auth's own addresses, as far as `doors.ts` lists them. Never throws;
 * failures are logged. No response may be stored by a browser or a proxy.
 */
export async function answerAuth(request: Request): Promise<Response> {
  const response = await answerWhenFree(request, async () => {
    try {
      const checked = await readAuthRequest(request);
      if (checked instanceof Response) return checked;
      const { fields, headers } = checked;
      const path = new URL(request.url).pathname.slice(AUTH_PATH.length);
      const act = () =>
        withAddedWrites(() => rememberVerified(() => auth().handler(checked.request)));
      return await askedFrom(addressOf(headers), () => limitAuth({ path, fields, headers }, act));
    } catch (error) {
      logFailure({ error, message: 'auth request failed', component: 'auth' });
      return Response.json({ code: 'INTERNAL_SERVER_ERROR' }, { status: 500 });
    }
  });
  const headers = new Headers(response.headers);
  headers.set('Cache-Control', 'no-store');
  if (response.status >= 400) dropSetCookies(headers);
  return new Response(response.body, { status: response.status, headers });
}

/** A session that was not stored must not reach the browser; the cookie of an ended one is removed. */
function dropSetCookies(headers: Headers): void {
  const cookies = headers.getSetCookie();
  headers.delete('Set-Cookie');
  for (const cookie of cookies) {
    if (/; Max-Age=0(;|$)/i.test(cookie)) headers.append('Set-Cookie', cookie);
  }
}

/**
 * The request for better-auth, its body rewritten from the validated fields: the limits and the library
 * cannot read different values. Or the response to a request with fields that its
 * door does not accept.
 */
async function readAuthRequest(request: Request) {
  const read = await readJson(request);
  if ('error' in read) return errorResponse(read.error);
  const { fields } = read;
  const { url, method, headers } = request;
  if (method === 'GET' || method === 'HEAD') return { request, fields, headers };
  const written = new Headers(headers);
  for (const name of OF_THE_BODY_READ) written.delete(name);
  written.set('Content-Type', 'application/json');
  const checked = new Request(url, { method, headers: written, body: JSON.stringify(fields) });
  return { request: checked, fields, headers };
}

const OF_THE_BODY_READ = ['content-length', 'content-encoding', 'transfer-encoding'];

let instance: ReturnType<typeof createAuth> | undefined;

/** Recreated at its next use: a sign-in provider has become available. */
export function remakeAuth(): void {
  instance = undefined;
}

export function auth(): ReturnType<typeof createAuth> {
  instance ??= createAuth();
  return instance;
}
