import { hasGivenUp, isSameView, type WalletView } from '../../../lib/wallet/wallet-view.ts';

/** While there is no stream; the plan's interval. */
export const POLL_MS = 5_000;
/** Beside an open stream, which may be dead without an error; or if there is nothing to wait for. */
export const RARE_POLL_MS = 30_000;
/** After one lost response, so that an unreachable server is reported within 5 s. */
export const DOUBT_POLL_MS = 2_000;
const FIRST_RECONNECT_MS = 1_000;
const LONGEST_RECONNECT_MS = 30_000;
/** A stream that lived this long was good: the next loss starts the backoff over. */
const GOOD_STREAM_MS = 10_000;
/** One lost response is not reported. */
const FAILURES_TO_REPORT = 2;

/** What is known while a wallet is followed. */
export interface Following {
  /** Null: none is open. `isHeard`: it has delivered an event. */
  readonly stream: { readonly openedAtMs: number; readonly isHeard: boolean } | null;
  /** Streams lost in a row. */
  readonly streamsLost: number;
  readonly isPolling: boolean;
  /** Polls lost in a row. */
  readonly pollsLost: number;
  readonly last: WalletView | null;
}

export type FollowEvent =
  | { readonly type: 'page-shown' }
  | { readonly type: 'page-hidden' }
  | { readonly type: 'stream-due' }
  | { readonly type: 'stream-event'; readonly view: WalletView }
  | { readonly type: 'stream-lost' }
  | { readonly type: 'poll-due' }
  /** Null: the session is over. */
  | { readonly type: 'poll-answered'; readonly view: WalletView | null }
  | { readonly type: 'poll-lost' };

export type FollowEffect =
  /** Replaces an open one. */
  | { readonly type: 'open-stream' }
  | { readonly type: 'close-stream' }
  | { readonly type: 'open-stream-later'; readonly afterMs: number }
  | { readonly type: 'poll' }
  /** Replaces a scheduled one. */
  | { readonly type: 'poll-later'; readonly afterMs: number }
  /** Closes the stream, forgets what is scheduled and the request under way. */
  | { readonly type: 'rest' }
  | { readonly type: 'report-view'; readonly view: WalletView }
  | { readonly type: 'report-offline'; readonly isOffline: boolean }
  | { readonly type: 'report-signed-out' }
  /** For good. */
  | { readonly type: 'end' };

export interface FollowStep {
  readonly state: Following;
  /** In order. */
  readonly effects: readonly FollowEffect[];
}

interface Circumstances {
  readonly nowMs: number;
  /** In [0, 1): jitter, so that clients do not all reconnect at the same moment. */
  readonly random: number;
}

/** Before the page is first shown. */
export const NOT_YET_FOLLOWING: Following = {
  stream: null,
  streamsLost: 0,
  isPolling: false,
  pollsLost: 0,
  last: null,
};

/** Decides what follows from an event. Pure. */
export function followStep(
  state: Following,
  event: FollowEvent,
  { nowMs, random }: Circumstances,
): FollowStep {
  const freshStream = { openedAtMs: nowMs, isHeard: false };
  switch (event.type) {
    case 'page-hidden':
      return { state: { ...state, stream: null, isPolling: false }, effects: [{ type: 'rest' }] };
    case 'page-shown': {
      const shown = { ...state, stream: freshStream, streamsLost: 0, isPolling: false };
      return {
        state: shown,
        effects: [{ type: 'rest' }, { type: 'open-stream' }, nextPoll(shown)],
      };
    }
    case 'stream-due':
      return { state: { ...state, stream: freshStream }, effects: [{ type: 'open-stream' }] };
    case 'stream-event':
      return afterView(hear(state), event.view);
    case 'stream-lost':
      return afterLostStream(state, { nowMs, random });
    case 'poll-due':
      return { state: { ...state, isPolling: true }, effects: [{ type: 'poll' }] };
    case 'poll-answered':
      return afterPoll({ ...state, isPolling: false }, event.view, freshStream);
    case 'poll-lost': {
      const lost = { ...state, isPolling: false, pollsLost: state.pollsLost + 1 };
      const isOffline = lost.pollsLost >= FAILURES_TO_REPORT;
      return { state: lost, effects: [{ type: 'report-offline', isOffline }, nextPoll(lost)] };
    }
  }
}

function hear(state: Following): Following {
  return { ...state, stream: state.stream && { ...state.stream, isHeard: true } };
}

function afterView(state: Following, view: WalletView): FollowStep {
  const told: Following = { ...state, last: view, pollsLost: 0 };
  const effects: FollowEffect[] = [
    { type: 'report-offline', isOffline: false },
    { type: 'report-view', view },
    view.isReady ? { type: 'end' } : nextPoll(told),
  ];
  return { state: told, effects };
}

/** A stream that has missed what a poll found is replaced. */
function afterPoll(
  state: Following,
  view: WalletView | null,
  freshStream: NonNullable<Following['stream']>,
): FollowStep {
  if (!view) return { state, effects: [{ type: 'end' }, { type: 'report-signed-out' }] };
  const { stream, last } = state;
  const isStreamBehind = stream?.isHeard && last !== null && !isSameView(view, last);
  if (!isStreamBehind || view.isReady) return afterView(state, view);
  const told = afterView({ ...state, stream: freshStream }, view);
  return { state: told.state, effects: [...told.effects, { type: 'open-stream' }] };
}

/** EventSource reconnects by itself, but without backoff and not after an error status. */
function afterLostStream(state: Following, { nowMs, random }: Circumstances): FollowStep {
  const { stream } = state;
  const wasGood = stream?.isHeard && nowMs - stream.openedAtMs >= GOOD_STREAM_MS;
  const lostBefore = wasGood ? 0 : state.streamsLost;
  const delayMs = Math.min(FIRST_RECONNECT_MS * 2 ** lostBefore, LONGEST_RECONNECT_MS);
  const effects: FollowEffect[] = [
    { type: 'close-stream' },
    { type: 'open-stream-later', afterMs: delayMs * (0.75 + random / 2) },
  ];
  if (!state.isPolling) effects.push({ type: 'poll' });
  const lost = { ...state, stream: null, streamsLost: lostBefore + 1, isPolling: true };
  return { state: lost, effects };
}

function nextPoll({ stream, last, pollsLost }: Following): FollowEffect {
  const isInDoubt = pollsLost > 0 && pollsLost < FAILURES_TO_REPORT;
  const isRare = stream?.isHeard || (last !== null && hasGivenUp(last));
  const afterMs = isInDoubt ? DOUBT_POLL_MS : isRare ? RARE_POLL_MS : POLL_MS;
  return { type: 'poll-later', afterMs };
}
