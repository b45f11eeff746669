import { addressOf } from './client-address.server.ts';
import { knowDevice, normalEmail, readDevice } from './device-cookie.server.ts';
import { env } from './env.server.ts';
import { LimitReachedError, limitResponse, requireTurn } from './limit-reached.server.ts';
import { networkLimits } from './network-limits.server.ts';
import { tryLogIn, tryPassword } from './password-limits.server.ts';
import { readSessionToken } from './session-token.server.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MAILS_AN_ADDRESS = 3;
const MAILS_A_NETWORK = 20;
/** A refused new password says nothing about the old one or the link's token. */
const OF_NEW_PASSWORD = /^(ADMIN_)?PASSWORD_(TOO_SHORT|TOO_LONG|GUESSABLE)$/;

interface AuthCall {
  /** Below `/api/auth`. */
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
  readonly nowMs?: number;
}

type Act = () => Promise<Response>;

const GUESSABLE_PATHS = ['/change-password', '/verify-password', '/reset-password'];

/**
 * What stands before better-auth, for pages and programs alike: limits on sign-ups, passwords and
 * mails. Nothing that fails or is refused uses up what others share.
 */
export async function limitAuth(call: AuthCall, act: Act): Promise<Response> {
  try {
    if (call.path === '/sign-up/email') return await signUp(call, act);
    if (call.path === '/sign-in/email') return await logIn(call, act);
    if (call.path === '/send-verification-email') return await sendMail(call, act);
    return GUESSABLE_PATHS.includes(call.path) ? await tryGuessable(call, act) : await act();
  } catch (error) {
    if (!(error instanceof LimitReachedError)) throw error;
    return limitResponse(error.notice);
  }
}

/** Each may cost a wallet: successful ones are counted, by network. */
async function signUp({ headers }: AuthCall, act: Act): Promise<Response> {
  const { signupLimitPerIp } = env();
  const policy = { name: 'sign-up', most: signupLimitPerIp, windowMs: HOUR_MS, isStrict: true };
  const limits = signupLimitPerIp === 0 ? [] : networkLimits(addressOf(headers), policy);
  const answer = await actCounted(act, await requireTurn(limits));
  return answer.ok ? await withDevice(answer) : answer;
}

/** What failed is given back. */
async function actCounted(act: Act, giveBack: () => Promise<void>): Promise<Response> {
  let isDone = false;
  try {
    const answer = await act();
    isDone = answer.ok;
    return answer;
  } finally {
    if (!isDone) await giveBack();
  }
}

async function logIn({ fields, headers, nowMs }: AuthCall, act: Act): Promise<Response> {
  const account = normalEmail(String(fields.email ?? ''));
  const device = await readDevice(headers, account);
  return tryLogIn({ account, device, address: addressOf(headers), nowMs }, async () => {
    const answer = await act();
    const known = answer.ok && device === null ? await withDevice(answer) : answer;
    return { answer: known, isWrong: answer.status === 401 };
  });
}

async function tryGuessable({ headers }: AuthCall, act: Act): Promise<Response> {
  const session = readSessionToken(headers.get('Cookie'));
  return tryPassword({ session, address: addressOf(headers) }, async () => {
    const answer = await act();
    return { answer, isWrong: await isGuess(answer) };
  });
}

async function isGuess(answer: Response): Promise<boolean> {
  if (answer.status < 400 || answer.status >= 500) return false;
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => null);
  return !OF_NEW_PASSWORD.test(String(Object(body).code));
}

/** A mailbox must not be filled by strangers, and mails cost money. */
async function sendMail({ fields, headers }: AuthCall, act: Act): Promise<Response> {
  const email = normalEmail(String(fields.email ?? ''));
  const policy = { name: 'mail', most: MAILS_A_NETWORK, windowMs: HOUR_MS, isStrict: false };
  const giveBack = await requireTurn([
    { key: `mail:to:${email}`, most: MAILS_AN_ADDRESS, windowMs: 15 * MINUTE_MS, scope: 'account' },
    ...networkLimits(addressOf(headers), policy),
  ]);
  return actCounted(act, giveBack);
}

/** Of whoever the answer says has logged in, whatever was asked for. */
async function withDevice(answer: Response): Promise<Response> {
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => null);
  const email: unknown = Object(Object(body).user).email;
  if (typeof email !== 'string') return answer;
  const headers = new Headers(answer.headers);
  headers.append('Set-Cookie', await knowDevice(email));
  return new Response(answer.body, { status: answer.status, headers });
}
