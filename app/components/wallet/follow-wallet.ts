import { hasGivenUp, isSameView, type WalletView } from '../../lib/wallet/wallet-view.ts';

/** While there is no stream; the plan's interval. */
export const POLL_MS = 5_000;
/** Beside an open stream, which may be dead without an error; or if there is nothing to wait for. */
export const RARE_POLL_MS = 30_000;
/** After one lost response, so that an unreachable server is reported within 5 s. */
export const DOUBT_POLL_MS = 2_000;
/** A buffering proxy accepts the request, but no event arrives. */
export const SILENCE_MS = 5_000;
const FIRST_RECONNECT_MS = 1_000;
const LONGEST_RECONNECT_MS = 30_000;
/** A stream that lived this long was good: the next loss starts the backoff over. */
const GOOD_STREAM_MS = 10_000;
/** One lost response is not reported. */
const FAILURES_TO_REPORT = 2;

/** The part of EventSource that is used. */
export interface WalletStream {
  onmessage: ((event: MessageEvent<string>) => void) | null;
  onerror: ((event: Event) => void) | null;
  close(): void;
}

export interface FollowTools {
  openStream(): WalletStream;
  /** @returns null if the session is over. @throws if there is no valid response */
  fetchStatus(signal: AbortSignal): Promise<WalletView | null>;
  isHidden(): boolean;
  /** @returns a function that stops listening */
  onVisibilityChange(listener: () => void): () => void;
  /** Uniform in [0, 1): jitter, so that clients do not all reconnect at the same moment. */
  random(): number;
}

export interface WalletListener {
  onView(view: WalletView): void;
  onOffline(isOffline: boolean): void;
  onSignedOut(): void;
}

/**
 * Follows the wallet until READY: by server-sent events, or by polling every 5 s without a stream.
 * A hidden tab does neither; it starts again when visible.
 * @returns a function that stops it
 */
export function followWallet(tools: FollowTools, listener: WalletListener): () => void {
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
    listener.onOffline(false);
    last = view;
    listener.onView(view);
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

  /** EventSource reconnects by itself, but without backoff and not after an error status. */
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
    const isInDoubt = lost > 0 && lost < FAILURES_TO_REPORT;
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
        return listener.onSignedOut();
      }
      const isStreamBehind = isHeard && last !== null && !isSameView(view, last);
      take(view);
      if (isStreamBehind && !isOver) connect();
    } catch {
      if (controller.signal.aborted) return;
      lost += 1;
      listener.onOffline(lost >= FAILURES_TO_REPORT);
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
