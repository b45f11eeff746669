import { hasGivenUp, isSameView, type WalletView } from '../../lib/wallet-view.ts';

/** While the stream cannot be had, as often as the plan says. */
export const POLL_MS = 5_000;
/** Beside an open stream, which may be dead without anybody having been told; or nothing to wait for. */
export const RARE_POLL_MS = 30_000;
/** After one lost answer: whether the server is away is known, and told, within 5 s. */
export const DOUBT_POLL_MS = 2_000;
/** A proxy that holds a stream back answers, and then nothing comes. */
export const SILENCE_MS = 5_000;
const FIRST_RECONNECT_MS = 1_000;
const LONGEST_RECONNECT_MS = 30_000;
/** A stream that lived so long was a good one: the next loss is a first loss. */
const GOOD_STREAM_MS = 10_000;
/** One lost answer is not worth a word. */
const FAILURES_TO_TELL = 2;

/** The part of an EventSource that is used. */
export interface WalletStream {
  onmessage: ((event: MessageEvent<string>) => void) | null;
  onerror: ((event: Event) => void) | null;
  close(): void;
}

export interface FollowTools {
  openStream(): WalletStream;
  /** @returns null when the session is over. @throws when there is no answer, or a broken one. */
  fetchStatus(signal: AbortSignal): Promise<WalletView | null>;
  isHidden(): boolean;
  /** @returns how to stop listening. */
  onVisibilityChange(listener: () => void): () => void;
  /** Uniform in [0, 1): clients that lost their server together do not come back together. */
  random(): number;
}

export interface FollowTold {
  onView(view: WalletView): void;
  onOffline(isOffline: boolean): void;
  onSignedOut(): void;
}

/**
 * Follows the wallet until READY: by the stream of events, by asking every 5 s while there is none.
 * A hidden tab holds no stream and asks nothing; it begins again when it is looked at.
 * @returns how to stop
 */
export function followWallet(tools: FollowTools, told: FollowTold): () => void {
  let stream: WalletStream | null = null;
  let isHeard = false;
  let openedAt = 0;
  let losses = 0;
  let lost = 0;
  let last: WalletView | null = null;
  let asking: AbortController | null = null;
  let isOver = false;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let reconnect: ReturnType<typeof setTimeout> | undefined;
  let nextPoll: ReturnType<typeof setTimeout> | undefined;

  const drop = () => {
    clearTimeout(silence);
    if (stream) {
      stream.onmessage = null;
      stream.onerror = null;
      stream.close();
    }
    stream = null;
    isHeard = false;
  };

  const rest = () => {
    drop();
    for (const timer of [reconnect, nextPoll]) clearTimeout(timer);
    asking?.abort();
    asking = null;
  };

  const take = (view: WalletView) => {
    lost = 0;
    told.onOffline(false);
    last = view;
    told.onView(view);
    if (view.isReady) stop();
  };

  const connect = () => {
    clearTimeout(reconnect);
    drop();
    const opened = tools.openStream();
    stream = opened;
    openedAt = Date.now();
    silence = setTimeout(onLoss, SILENCE_MS);
    opened.onerror = onLoss;
    opened.onmessage = (event) => {
      clearTimeout(silence);
      isHeard = true;
      schedulePoll();
      take(JSON.parse(event.data) as WalletView);
    };
  };

  /** An EventSource would try again by itself, but neither slower each time nor after a refusal. */
  const onLoss = () => {
    const wasGood = isHeard && Date.now() - openedAt >= GOOD_STREAM_MS;
    drop();
    losses = wasGood ? 0 : losses;
    const delay = Math.min(FIRST_RECONNECT_MS * 2 ** losses, LONGEST_RECONNECT_MS);
    losses += 1;
    reconnect = setTimeout(connect, delay * (0.75 + tools.random() / 2));
    if (!asking) void poll();
  };

  const schedulePoll = () => {
    clearTimeout(nextPoll);
    if (isOver) return;
    const isRare = isHeard || (last !== null && hasGivenUp(last));
    const isInDoubt = lost > 0 && lost < FAILURES_TO_TELL;
    nextPoll = setTimeout(poll, isInDoubt ? DOUBT_POLL_MS : isRare ? RARE_POLL_MS : POLL_MS);
  };

  const poll = async () => {
    clearTimeout(nextPoll);
    const controller = new AbortController();
    asking = controller;
    try {
      const view = await tools.fetchStatus(controller.signal);
      if (controller.signal.aborted) return;
      if (!view) {
        stop();
        return told.onSignedOut();
      }
      const isStreamBehind = isHeard && last !== null && !isSameView(view, last);
      take(view);
      if (isStreamBehind && !isOver) connect();
    } catch {
      if (controller.signal.aborted) return;
      lost += 1;
      told.onOffline(lost >= FAILURES_TO_TELL);
    }
    asking = null;
    schedulePoll();
  };

  const onVisibility = () => {
    rest();
    if (tools.isHidden()) return;
    losses = 0;
    connect();
    schedulePoll();
  };

  const forget = tools.onVisibilityChange(onVisibility);
  const stop = () => {
    isOver = true;
    rest();
    forget();
  };
  onVisibility();
  return stop;
}
