import { APIError } from 'better-auth/api';
import { findEmailError } from './account-rules.ts';
import { attemptsUnderWay } from './attempts-under-way.server.ts';
import { addressOf } from './client-address.server.ts';
import { knowDevice, normalEmail, readDevice } from './device-cookie.server.ts';
import { takeTurn } from './limit-counters.server.ts';
import {
  LimitReachedError,
  limitReached,
  limitResponse,
  type ScopedLimit,
} from './limit-reached.server.ts';
import { strangersLimits, takeMailboxRoom } from './mail/mail-limits.server.ts';
import { tryLogIn, tryPassword } from './password-limits.server.ts';
import { readSessionToken } from './session-token.server.ts';
import { signUpLimits } from './sign-up-limits.server.ts';

/** What answers a wrong password, or the token of a link that is none. */
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
 * What stands before better-auth, for pages and programs alike: limits on sign-ups, passwords and
 * mails. Nothing that fails or is refused uses up what others share.
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

/** Of who was sent away before the library was asked. */
function busyResponse({ statusCode, body, headers }: APIError): Response {
  return Response.json(body, { status: statusCode, headers: new Headers(headers) });
}

/** Each may cost a wallet: successful ones are counted, by network. */
async function signUp({ headers }: AuthCall, act: Act): Promise<Response> {
  const answer = await actCounted(signUpLimits(addressOf(headers)), act);
  return answer.ok ? await withDevice(answer) : answer;
}

/**
 * What succeeds is counted, on all of the limits. Until it is known whether it does it holds its place,
 * and who finds none for that reason alone waits.
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
  // No account has it, so nothing can be guessed at it.
  if (findEmailError(account)) return act();
  const device = await readDevice(headers, account);
  return tryLogIn({ account, device, address: addressOf(headers), nowMs }, async () => {
    const answer = await act();
    const known = answer.ok && device === null ? await withDevice(answer) : answer;
    return { answer: known, isWrong: answer.status === 401 && (await isGuess(answer)) };
  });
}

/** Nothing to guess; the browser is known to the account from then on. */
async function signInByPasskey(act: Act): Promise<Response> {
  const answer = await act();
  return answer.ok ? withDevice(answer) : answer;
}

async function tryGuessable({ path, headers }: AuthCall, act: Act): Promise<Response> {
  const session = readSessionToken(headers.get('Cookie'));
  const isLink = path === '/reset-password';
  return tryPassword({ session, address: addressOf(headers), isLink }, async () => {
    const answer = await act();
    // The mark of a device goes with the password it was made with.
    const known = answer.ok && path === '/change-password' ? await withDevice(answer) : answer;
    // 401: nobody is signed in, and no password was looked at.
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
  // The library refuses it: nothing is sent, and no counter is made for what is no address.
  if (findEmailError(email)) return act();
  const limits = await strangersLimits('verify', { headers, to: email });
  return actCounted(limits, async () => {
    const giveBack = await takeMailboxRoom('verify', email);
    // As the library answers, whether anybody has the address or not.
    if (!giveBack) return Response.json({ status: true });
    const answer = await act();
    if (!answer.ok) await giveBack();
    return answer;
  });
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
