import { countTurns } from './limit-counters.server.ts';
import { LimitReachedError, requireTurn, type ScopedLimit } from './limit-reached.server.ts';
import { networkLimits } from './network-limits.server.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Wrong passwords for one account an hour before each further one has to wait. */
const FREE_FAILURES = 10;
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = MINUTE_MS;

const OF_NETWORK = { name: 'password', most: 20, windowMs: 15 * MINUTE_MS, isStrict: false };
const OF_SESSION = { most: 10, windowMs: 15 * MINUTE_MS };

interface LogIn {
  /** As accounts are told apart; whether there is such an account makes no difference. */
  readonly account: string;
  /** The id of a device from which this account was logged in to before; else null. */
  readonly device: string | null;
  readonly address: string | null;
  readonly nowMs?: number | undefined;
}

/** What a try came to: only a wrong password is counted. */
type Try<Answer> = () => Promise<{ readonly answer: Answer; readonly isWrong: boolean }>;

/**
 * Tries a password for an account. Strangers have ten wrong ones an hour together, from whatever
 * addresses, then one every quarter of a minute to a minute: fewer than a hundred an hour. A device
 * that was logged in to the account before has a count of its own and none of a network: what
 * strangers try does not keep its owner out. All processes count together.
 * @throws LimitReachedError
 */
export async function tryLogIn<Answer>(logIn: LogIn, attempt: Try<Answer>): Promise<Answer> {
  const giveBack = await requireLogInTurn(logIn);
  return finish(attempt, giveBack);
}

/**
 * Tries a password, or the secret of a link, that belongs to a session or to nobody yet.
 * @param session the token of the session; null: counted by the network
 * @throws LimitReachedError
 */
export async function tryPassword<Answer>(
  { session, address }: { session: string | null; address: string | null },
  attempt: Try<Answer>,
): Promise<Answer> {
  const limits: ScopedLimit[] =
    session === null
      ? networkLimits(address, OF_NETWORK)
      : [{ key: `password:session:${session}`, ...OF_SESSION, scope: 'you' }];
  return finish(attempt, await requireTurn(limits));
}

async function finish<Answer>(
  attempt: Try<Answer>,
  giveBack: () => Promise<void>,
): Promise<Answer> {
  let isWrong = false;
  try {
    const result = await attempt();
    isWrong = result.isWrong;
    return result.answer;
  } finally {
    if (!isWrong) await giveBack();
  }
}

async function requireLogInTurn(logIn: LogIn): Promise<() => Promise<void>> {
  const key = failuresKey(logIn);
  const limits = (failures: number) => [
    ...accountLimits({ key, failures, isKnown: logIn.device !== null }),
    ...(logIn.device === null ? networkLimits(logIn.address, OF_NETWORK) : []),
  ];
  const { nowMs } = logIn;
  const failures = await countTurns(key, nowMs);
  try {
    return await requireTurn(limits(failures), nowMs);
  } catch (error) {
    // Many tries at the same time have used up the free ones since they were counted.
    const wasFree = failures < FREE_FAILURES - 1;
    if (!wasFree || !(error instanceof LimitReachedError)) throw error;
    if (error.notice.scope === 'network') throw error;
    return requireTurn(limits(FREE_FAILURES - 1), nowMs);
  }
}

function failuresKey({ account, device }: LogIn): string {
  return device === null ? `log-in:account:${account}` : `log-in:device:${device}`;
}

interface AccountFailures {
  readonly key: string;
  readonly failures: number;
  readonly isKnown: boolean;
}

function accountLimits({ key, failures, isKnown }: AccountFailures): ScopedLimit[] {
  const scope = isKnown ? 'you' : 'account';
  if (failures < FREE_FAILURES - 1) {
    return [{ key, most: FREE_FAILURES - 1, windowMs: HOUR_MS, scope }];
  }
  const doublings = failures - (FREE_FAILURES - 1);
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** doublings, LONGEST_PAUSE_MS);
  return [
    { key, most: Number.MAX_SAFE_INTEGER, windowMs: HOUR_MS, scope },
    // Taken by the try itself: the next one waits for its end.
    { key: `${key}:pause`, most: 1, windowMs: pauseMs, scope },
  ];
}
