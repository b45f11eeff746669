import { logFailure } from '../database/log-failure.server.ts';
import { walletReader } from '../near/wallet-engine.server.ts';
import { forget, remember } from '../remember.server.ts';
import { liveSessions } from '../sessions/ended-sessions.server.ts';
import { createSessionWatch, type SessionWatch } from '../sessions/session-watch.server.ts';
import { createWalletFollower, type WalletFollower } from './wallet-follower.server.ts';
import { readWalletViews } from './wallet-view.server.ts';

const POLL_MS = 100;
const COMMENT_MS = 15_000;
/** Then the client connects again and its session is checked again. */
const LONGEST_STREAM_MS = 5 * 60_000;
/** Visible tabs and devices of one user; hidden tabs hold no stream. */
const STREAMS_A_USER = 8;

/** How long a stream may outlive its session, ended by any process. */
const SESSION_LOOK_MS = 1_000;

/** The one follower of this process. */
function walletFollower(): WalletFollower {
  return remember('wallet follower', () =>
    createWalletFollower({
      source: { ...walletReader(), readWalletViews },
      pollMs: POLL_MS,
      listenersPerUser: STREAMS_A_USER,
      onError: (error) =>
        logFailure({ error, message: 'live wallet states could not be read', level: 'warn' }),
    }),
  );
}

/** Ends streams of ended sessions. */
function sessionWatch(): SessionWatch {
  return remember('session watch', () =>
    createSessionWatch({
      liveSessions,
      lookMs: SESSION_LOOK_MS,
      onError: (error) =>
        logFailure({ error, message: 'sessions of live streams could not be read', level: 'warn' }),
    }),
  );
}

/**
 * The wallet as server-sent events: its current state, then every change; ends after READY, when the
 * session must be checked again, and at once when the process stops.
 */
export function streamWallet({
  userId,
  sessionId,
  signal,
}: {
  userId: string;
  /** After signing out nothing more is sent. */
  sessionId: string;
  /** Aborts when the client disconnects. */
  signal: AbortSignal;
}): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stop = () => {};
  return new ReadableStream({
    start(controller) {
      let isOver = false;
      const send = (text: string) => controller.enqueue(encoder.encode(text));
      const comment = setInterval(() => send(':\n\n'), COMMENT_MS);
      const limit = setTimeout(() => finish(), LONGEST_STREAM_MS);
      let unfollow = () => {};
      let unwatch = () => {};
      stop = () => {
        isOver = true;
        unwatch();
        clearInterval(comment);
        clearTimeout(limit);
        unfollow();
      };
      const finish = () => {
        if (isOver) return;
        stop();
        controller.close();
      };
      // At once, so that browsers and proxies see an open stream.
      send(':\n\n');
      unfollow = walletFollower().follow({
        userId,
        onView(view) {
          send(`data: ${JSON.stringify(view)}\n\n`);
          if (view.isReady) finish();
        },
        onEnd: finish,
      });
      if (isOver) return unfollow();
      unwatch = sessionWatch().watch(sessionId, finish);
      if (signal.aborted) finish();
      else signal.addEventListener('abort', finish, { once: true });
    },
    cancel: () => stop(),
  });
}

/** Ends a user's streams of this process, such as after signing out everywhere. */
export function dismissWalletStreams(userId: string): void {
  walletFollower().dismiss(userId);
}

/** For shutdown: an open stream would delay it by the grace period. */
export function closeWalletStreams(): void {
  walletFollower().close();
}

/** Ends all streams; browsers open them again, and are served by another follower. */
export function restartWalletStreams(): void {
  closeWalletStreams();
  forget(['wallet follower']);
}
