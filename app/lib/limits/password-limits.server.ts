import type { LimitScope } from '../forms/limit-notice.ts';
import type { Breadth } from '../http/client-address.server.ts';
import { attemptsUnderWay } from './attempts-under-way.server.ts';
import {
  CLOCKS_APART_MS,
  type Counted,
  type Counter,
  countUp,
  readCounted,
} from './limit-counters.server.ts';
import { LimitReachedError } from './limit-reached.server.ts';
import { countedNetworks, GENEROUS } from './network-limits.server.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Wrong passwords an hour before pauses begin. */
const FREE_FOR_ACCOUNT = 10;
const FREE_FOR_DEVICE = 10;
const FREE_FOR_SESSION = 10;
const FREE_FROM_NETWORK = 20;
const FIRST_PAUSE_MS = 15_000;
/** The longest pause for others, such as a neighbour behind the same address. */
const LONGEST_PAUSE_MS = MINUTE_MS;
/** If a proxy forwards no addresses, all its clients are one network: only slowed, not locked out. */
const LONGEST_PAUSE_OF_UNKNOWN_MS = 2_000;
/** For networks that have guessed at this account: together with the others below a hundred an hour. */
const LONGEST_PAUSE_OF_GUESSERS_MS = 2 * MINUTE_MS;
const LONGEST_PAUSE_OF_OTHERS_MS = 90_000;
/** An owner mistypes the password this often from one network; a guesser more often. */
const MISTYPED_AT_MOST = 3;

interface LogIn {
  /** The canonical address; whether the account exists makes no difference. */
  readonly account: string;
  /** The id of a device known to this account; else null. */
  readonly device: string | null;
  readonly address: string | null;
  readonly nowMs?: number | undefined;
}

/** The result of an attempt: only a wrong password is counted. */
type Try<Answer> = () => Promise<{ readonly answer: Answer; readonly isWrong: boolean }>;

/**
 * Tries a password for an account. Unknown devices have ten wrong ones an hour together, from any
 * address; after that each wrong one is followed by a pause of a quarter of a minute to two
 * minutes, fewer than a hundred an hour. Networks that have guessed at the account have their own pauses,
 * so that a guesser in one network does not lock out a new device of the owner.
 * A device known to the account has its own count and none of a network.
 * Only wrong passwords are counted: a right one succeeds except during a pause.
 * @throws LimitReachedError during a pause
 */
export function tryLogIn<Answer>(logIn: LogIn, attempt: Try<Answer>): Promise<Answer> {
  const { account, device, address, nowMs } = logIn;
  if (device !== null) {
    const key = `log-in:device:${device}`;
    return tryWith([paused({ key, free: FREE_FOR_DEVICE, scope: 'you' })], attempt, nowMs);
  }
  return tryWith([ofAccount(account, address), ...ofNetworks(address)], attempt, nowMs);
}

/**
 * Tries a password in a session, or the secret of a link, which has none.
 * @param session the token of the session; null: counted by the network
 * @param isLink counted by the network as well, so that many sessions give no more attempts
 * @throws LimitReachedError during a pause
 */
export function tryPassword<Answer>(
  { session, address, isLink }: { session: string | null; address: string | null; isLink: boolean },
  attempt: Try<Answer>,
): Promise<Answer> {
  const key = `password:session:${session}`;
  const ofSession =
    session === null ? [] : [paused({ key, free: FREE_FOR_SESSION, scope: 'you' as const })];
  const isOfNetwork = session === null || isLink;
  return tryWith([...ofSession, ...(isOfNetwork ? ofNetworks(address) : [])], attempt);
}

/** Limits the wrong passwords of one account, device, session or network. */
interface Rule {
  readonly key: string;
  /** The counters it depends on. */
  readonly counters: readonly string[];
  readonly scope: LimitScope;
  /** How long to wait, and how many concurrent attempts are allowed after that. */
  look(counted: Counted): { readonly waitMs: number; readonly atOnce: number };
  /** The counters of a wrong password. */
  readonly failures: readonly string[];
  /** The pause that follows it. @param counted including this one */
  pauses(counted: Counted): readonly Counter[];
}

async function tryWith<Answer>(
  rules: readonly Rule[],
  attempt: Try<Answer>,
  fixedMs?: number,
): Promise<Answer> {
  const now = () => fixedMs ?? Date.now();
  const counters = rules.flatMap((rule) => rule.counters);
  const read = () => readCounted(counters, now());
  const leave = await attemptsUnderWay().enter({
    keys: rules.map(({ key }) => key),
    async ask() {
      const counted = await read();
      const looks = rules.map((rule) => ({ rule, ...rule.look(counted) }));
      return ({ underWay, isFresh }) => {
        if (!isFresh) return 'ask again';
        const standing = looks.filter(({ waitMs }) => waitMs > 0);
        const [longest] = standing.toSorted((left, right) => right.waitMs - left.waitMs);
        if (longest) {
          throw new LimitReachedError({ scope: longest.rule.scope, waitMs: longest.waitMs });
        }
        const full = looks.find(({ rule: { key }, atOnce }) => underWay(key) >= atOnce);
        return full ? { waitFor: full.rule.key } : 'enter';
      };
    },
  });
  try {
    const { answer, isWrong } = await attempt();
    if (isWrong) {
      const failures = rules.flatMap((rule) => rule.failures);
      await countUp(
        failures.map((key) => ({ key, windowMs: HOUR_MS })),
        now(),
      );
      const counted = await read();
      await countUp(
        rules.flatMap((rule) => rule.pauses(counted)),
        now(),
      );
    }
    return answer;
  } finally {
    leave();
  }
}

/** Doubles each time. @param beyond how many wrong ones were not free */
function pauseMs(beyond: number, longestMs: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (beyond - 1), longestMs);
}

/** A clock that was set back leaves pauses that would last for hours: none was ever begun so long. */
function pauseLeftMs({ waitMs }: { readonly waitMs: number }, longestMs: number): number {
  return waitMs > longestMs + CLOCKS_APART_MS ? 0 : waitMs;
}

interface Pausing {
  readonly key: string;
  /** Wrong ones an hour before the first pause. */
  readonly free: number;
  readonly scope: LimitScope;
  readonly longestMs?: number;
}

/** Some are free; each further one is followed by a pause. */
function paused({ key, free, scope, longestMs = LONGEST_PAUSE_MS }: Pausing): Rule {
  const pauseKey = `${key}:pause`;
  return {
    key,
    counters: [key, pauseKey],
    scope,
    look: (counted) => ({
      waitMs: pauseLeftMs(counted(pauseKey), longestMs),
      atOnce: Math.max(free - counted(key).count, 1),
    }),
    failures: [key],
    pauses(counted) {
      const beyond = counted(key).count - free + 1;
      if (beyond < 1) return [];
      return [{ key: pauseKey, windowMs: pauseMs(beyond, longestMs), isPause: true }];
    },
  };
}

/** A customer gets an IPv6 /48 as easily as an IPv4 address. */
const WIDEST: readonly Breadth[] = ['ipv4', 'ipv6/48', 'unknown'];

/** Strangers' guesses at one account. This machine, which has no network, counts as one. */
function ofAccount(account: string, address: string | null): Rule {
  const key = `log-in:account:${account}`;
  const network =
    countedNetworks(address).find(({ breadth }) => WIDEST.includes(breadth))?.key ?? '';
  const own = `${key}:from:${network}`;
  const [guessers, others] = [
    { key: `${key}:pause-of-guessers`, longestMs: LONGEST_PAUSE_OF_GUESSERS_MS },
    { key: `${key}:pause-of-others`, longestMs: LONGEST_PAUSE_OF_OTHERS_MS },
  ];
  const laneOf = (failures: number) => (failures < MISTYPED_AT_MOST ? others : guessers);
  return {
    key,
    counters: [key, own, guessers.key, others.key],
    scope: 'account',
    look(counted) {
      const free = FREE_FOR_ACCOUNT - counted(key).count;
      if (free > 0) return { waitMs: 0, atOnce: free };
      const lane = laneOf(counted(own).count);
      return { waitMs: pauseLeftMs(counted(lane.key), lane.longestMs), atOnce: 1 };
    },
    failures: [key, own],
    pauses(counted) {
      const beyond = counted(key).count - FREE_FOR_ACCOUNT + 1;
      if (beyond < 1) return [];
      const lane = laneOf(counted(own).count - 1);
      return [{ key: lane.key, windowMs: pauseMs(beyond, lane.longestMs), isPause: true }];
    },
  };
}

/** None for this machine itself, unless the deployment is public. */
function ofNetworks(address: string | null): Rule[] {
  return countedNetworks(address).map(({ key, breadth }) =>
    paused({
      key: `password:${key}`,
      free: FREE_FROM_NETWORK * GENEROUS[breadth],
      scope: 'network',
      ...(breadth === 'unknown' && { longestMs: LONGEST_PAUSE_OF_UNKNOWN_MS }),
    }),
  );
}
