import { attemptsUnderWay } from './attempts-under-way.server.ts';
import type { Breadth } from './client-address.server.ts';
import { type Counted, type Counter, countUp, readCounted } from './limit-counters.server.ts';
import type { LimitScope } from './limit-notice.ts';
import { LimitReachedError } from './limit-reached.server.ts';
import { countedNetworks, GENEROUS } from './network-limits.server.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Wrong passwords of an hour before each further one has to wait. */
const FREE_FOR_ACCOUNT = 10;
const FREE_FOR_DEVICE = 10;
const FREE_FOR_SESSION = 10;
const FREE_FROM_NETWORK = 20;
const FIRST_PAUSE_MS = 15_000;
/** Longer nobody keeps anybody out, be it a neighbour behind the same address. */
const LONGEST_PAUSE_MS = MINUTE_MS;
/** Where a proxy names nobody all its clients are one network: no more than a brake for all of them. */
const LONGEST_PAUSE_OF_UNKNOWN_MS = 2_000;
/** Of those who have guessed at this account before: together with the others below a hundred an hour. */
const LONGEST_PAUSE_OF_GUESSERS_MS = 2 * MINUTE_MS;
const LONGEST_PAUSE_OF_OTHERS_MS = 90_000;
/** Who knows the password gets it wrong so often from one network; who guesses, more often. */
const MISTYPED_AT_MOST = 3;

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
 * addresses; from then on each further wrong one is followed by a pause of a quarter of a minute to two
 * minutes, fewer than a hundred an hour. Networks that have guessed wrongly at the account pause apart
 * from those that have not: who guesses from one network does not keep a new device of the owner out.
 * A device that was logged in to the account before has a count of its own and none of a network.
 * Nothing but a wrong password is counted: a right one gets in unless a pause stands.
 * @throws LimitReachedError while a pause stands
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
 * Tries a password that belongs to a session, or the secret of a link, which belongs to none.
 * @param session the token of the session; null: counted by the network
 * @param isLink counted by the network as well: whoever has many sessions has no more tries for that
 * @throws LimitReachedError while a pause stands
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

/** What limits the wrong ones of one account, device, session or network. */
interface Rule {
  readonly key: string;
  /** What was counted that it goes by. */
  readonly counters: readonly string[];
  readonly scope: LimitScope;
  /** How long nobody may try, and how many may at a time when it is over. */
  look(counted: Counted): { readonly waitMs: number; readonly atOnce: number };
  /** What a wrong one counts. */
  readonly failures: readonly string[];
  /** The pause that follows it. @param counted with itself */
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

/** Twice as long as the one before. @param beyond how many wrong ones were not free */
function pauseMs(beyond: number, longestMs: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (beyond - 1), longestMs);
}

interface Pausing {
  readonly key: string;
  /** Wrong ones of an hour before the first that a pause follows. */
  readonly free: number;
  readonly scope: LimitScope;
  readonly longestMs?: number;
}

/** So many are free; each further one is followed by a pause. */
function paused({ key, free, scope, longestMs = LONGEST_PAUSE_MS }: Pausing): Rule {
  const pauseKey = `${key}:pause`;
  return {
    key,
    counters: [key, pauseKey],
    scope,
    look: (counted) => ({
      waitMs: counted(pauseKey).waitMs,
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

/** One customer of IPv6 has a /48 as easily as an address of IPv4. */
const WIDEST: readonly Breadth[] = ['ipv4', 'ipv6/48', 'unknown'];

/** What strangers guess at one account. Without a network of its own, this machine counts as one. */
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
      return { waitMs: counted(laneOf(counted(own).count).key).waitMs, atOnce: 1 };
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

/** None for this machine itself, unless strangers reach us through it. */
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
