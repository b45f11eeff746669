import { APIError } from 'better-auth/api';
import { findEmailError } from '../forms/account-rules.ts';
import { addressOf } from '../http/client-address.server.ts';
import { knowDevice, normalEmail, readDevice } from '../sessions/device-cookie.server.ts';
import { readSessionToken } from '../sessions/session-token.server.ts';
import { attemptsUnderWay } from './attempts-under-way.server.ts';
import { takeTurn } from './limit-counters.server.ts';
import {
  LimitReachedError,
  limitReached,
  limitResponse,
  type ScopedLimit,
} from './limit-reached.server.ts';
import { strangersLimits, takeMailboxRoom } from './mail-limits.server.ts';
import { tryLogIn, tryPassword } from './password-limits.server.ts';
import { signUpLimits } from './sign-up-limits.server.ts';

/** Codes of a wrong password or an invalid link token. */
const GUESSED_WRONG = ['INVALID_EMAIL_OR_PASSWORD', 'INVALID_PASSWORD', 'INVALID_TOKEN'];

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
 * The limits in front of better-auth, for pages and programs alike: on sign-ups, passwords and
 * mails. Failed and rejected requests use up nothing that others share.
 */
export async function limitAuth(call: AuthCall, act: Act): Promise<Response> {
  try {
    if (call.path === '/sign-up/email') return await signUp(call, act);
    if (call.path === '/sign-in/email') return await logIn(call, act);
    if (call.path === '/sign-in/passkey') return await signInByPasskey(act);
    if (call.path === '/send-verification-email') return await sendMail(call, act);
    return GUESSABLE_PATHS.includes(call.path) ? await tryGuessable(call, act) : await act();
  } catch (error) {
    if (error instanceof LimitReachedError) return limitResponse(error.notice);
    if (error instanceof APIError) return busyResponse(error);
    throw error;
  }
}

/** The 503 of a request that never reached the library. */
function busyResponse({ statusCode, body, headers }: APIError): Response {
  return Response.json(body, { status: statusCode, headers: new Headers(headers) });
}

/** Each may cost a wallet: successful ones are counted by network. */
async function signUp({ headers }: AuthCall, act: Act): Promise<Response> {
  const answer = await actCounted(signUpLimits(addressOf(headers)), act);
  return answer.ok ? await withDevice(answer) : answer;
}

/**
 * Success is counted on all of the limits. Until the outcome is known the attempt reserves its place,
 * and an attempt that finds no place for that reason alone waits.
 */
async function actCounted(limits: readonly ScopedLimit[], act: Act): Promise<Response> {
  const keys = limits.map(({ key }) => key);
  let giveBack = async () => {};
  const leave = await attemptsUnderWay().enter({
    keys,
    isReserving: true,
    async ask() {
      const turn = await takeTurn(limits);
      return ({ underWay, isFresh }) => {
        if (turn.isWithin) {
          giveBack = turn.giveBack;
          return 'enter';
        }
        if (underWay(turn.limit.key) > 0) return { waitFor: turn.limit.key };
        if (isFresh) throw limitReached(limits, turn);
        return 'ask again';
      };
    },
  });
  let isDone = false;
  try {
    const answer = await act();
    isDone = answer.ok;
    return answer;
  } finally {
    try {
      if (!isDone) await giveBack();
    } finally {
      leave();
    }
  }
}

async function logIn({ fields, headers, nowMs }: AuthCall, act: Act): Promise<Response> {
  const account = normalEmail(String(fields.email ?? ''));
  // No account has it, so there is nothing to guess.
  if (findEmailError(account)) return act();
  const device = await readDevice(headers, account);
  return tryLogIn({ account, device, address: addressOf(headers), nowMs }, async () => {
    const answer = await act();
    const known = answer.ok && device === null ? await withDevice(answer) : answer;
    return { answer: known, isWrong: answer.status === 401 && (await isGuess(answer)) };
  });
}

/** There is nothing to guess; the browser becomes a known device of the account. */
async function signInByPasskey(act: Act): Promise<Response> {
  const answer = await act();
  return answer.ok ? withDevice(answer) : answer;
}

async function tryGuessable({ path, headers }: AuthCall, act: Act): Promise<Response> {
  const session = readSessionToken(headers.get('Cookie'));
  const isLink = path === '/reset-password';
  return tryPassword({ session, address: addressOf(headers), isLink }, async () => {
    const answer = await act();
    // A device's mark is bound to the password it was created with.
    const known = answer.ok && path === '/change-password' ? await withDevice(answer) : answer;
    // 401: there is no session, and no password was checked.
    return { answer: known, isWrong: answer.status !== 401 && (await isGuess(answer)) };
  });
}

async function isGuess(answer: Response): Promise<boolean> {
  if (answer.status < 400 || answer.status >= 500) return false;
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => null);
  const code: unknown = Object(body).code;
  return code === undefined || GUESSED_WRONG.includes(String(code));
}

async function sendMail({ fields, headers }: AuthCall, act: Act): Promise<Response> {
  const email = normalEmail(String(fields.email ?? ''));
  // The library rejects it: no mail is sent, and an invalid address needs no counter.
  if (findEmailError(email)) return act();
  const limits = await strangersLimits('verify', { headers, to: email });
  return actCounted(limits, async () => {
    const giveBack = await takeMailboxRoom('verify', email);
    // The library's own response, whether or not the address has an account.
    if (!giveBack) return Response.json({ status: true });
    const answer = await act();
    if (!answer.ok) await giveBack();
    return answer;
  });
}

/** For the account named in the response, whatever was sent. */
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
