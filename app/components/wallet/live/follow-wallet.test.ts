import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WalletView } from '../../../lib/wallet/wallet-view.ts';
import { followWallet, SILENCE_MS, type WalletStream } from './follow-wallet.ts';
import { DOUBT_POLL_MS, POLL_MS, RARE_POLL_MS } from './following.ts';

const waiting: WalletView = {
  accountId: 'a.choonsim.devnet',
  status: 'PENDING',
  step: 'REQUESTED',
  error: null,
  isReady: false,
  retryAt: null,
  isPaused: false,
  waitedMs: 0,
  balance: null,
};
const ready: WalletView = { ...waiting, status: 'READY', step: null, isReady: true, balance: '1' };
const givenUp: WalletView = { ...waiting, status: 'FAILED', error: 'REWARD_REFUSED' };

interface OpenStream extends WalletStream {
  isOpen: boolean;
}

/** A browser whose streams and responses the test controls. */
function start({ isHidden = false }: { isHidden?: boolean } = {}) {
  const streams: OpenStream[] = [];
  const told: string[] = [];
  const world = {
    answer: waiting as WalletView | null | 'no answer',
    asked: 0,
    isHidden,
    look: () => {},
  };
  const stop = followWallet(
    {
      openStream() {
        const stream: OpenStream = {
          onmessage: null,
          onerror: null,
          isOpen: true,
          close: () => {
            stream.isOpen = false;
          },
        };
        streams.push(stream);
        return stream;
      },
      async fetchStatus() {
        world.asked += 1;
        if (world.answer === 'no answer') throw new Error('no answer');
        return world.answer;
      },
      isHidden: () => world.isHidden,
      onVisibilityChange(listener) {
        world.look = listener;
        return () => {
          world.look = () => {};
        };
      },
      random: () => 0.5,
    },
    {
      onView: (view) => told.push(view.status ?? 'none'),
      onOffline: (isOffline) => isOffline && told.push('offline'),
      onSignedOut: () => told.push('signed out'),
    },
  );
  const say = (view: WalletView) =>
    streams.at(-1)?.onmessage?.(new MessageEvent('message', { data: JSON.stringify(view) }));
  const lose = () => streams.at(-1)?.onerror?.(new Event('error'));
  const show = (isShown: boolean) => {
    world.isHidden = !isShown;
    world.look();
  };
  const open = () => streams.filter((stream) => stream.isOpen).length;
  return { world, streams, told, stop, say, lose, show, open };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('following the wallet', () => {
  it('gets changes from the stream without polling, and ends at READY', async () => {
    const { world, told, say, open } = start();
    say(waiting);
    await pass(POLL_MS * 2);
    say({ ...waiting, status: 'CREATING' });
    say(ready);
    expect(told).toEqual(['PENDING', 'CREATING', 'READY']);
    await pass(10 * 60_000);
    expect([world.asked, open()]).toEqual([0, 0]);
  });

  it('polls every 5 s without a stream, and stops once there is one', async () => {
    const { world, told, lose, say, streams } = start();
    lose();
    await pass(0);
    expect(world.asked).toBe(1);
    await pass(POLL_MS);
    expect(world.asked).toBe(2);
    expect(streams).toHaveLength(2);
    say(waiting);
    await pass(POLL_MS * 3);
    expect(world.asked).toBe(2);
    expect(told).not.toContain('offline');
  });

  it('reconnects with backoff, which starts over after a good stream', async () => {
    const { lose, say, streams } = start();
    const delays: number[] = [];
    for (let losses = 0; losses < 7; losses += 1) {
      const before = streams.length;
      lose();
      let waited = 0;
      while (streams.length === before) {
        await pass(500);
        waited += 500;
      }
      delays.push(waited);
    }
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    say(waiting);
    await pass(10_000);
    lose();
    const before = streams.length;
    await pass(1_000);
    expect(streams.length).toBe(before + 1);
  });

  it('treats a silent stream as lost', async () => {
    const { world, open, told } = start();
    await pass(SILENCE_MS);
    expect([world.asked, open(), told]).toEqual([1, 0, ['PENDING']]);
  });

  it('replaces a stream that misses a change', async () => {
    const { world, say, streams, told } = start();
    say(waiting);
    world.answer = { ...waiting, status: 'CREATING' };
    await pass(RARE_POLL_MS);
    expect(told).toEqual(['PENDING', 'CREATING']);
    expect(streams.map((stream) => stream.isOpen)).toEqual([false, true]);
  });

  it('neither streams nor polls while the tab is hidden', async () => {
    const { world, say, show, open, told } = start({ isHidden: true });
    await pass(POLL_MS * 4);
    expect([world.asked, open()]).toEqual([0, 0]);
    show(true);
    expect(open()).toBe(1);
    say(waiting);
    show(false);
    await pass(RARE_POLL_MS * 4);
    expect([world.asked, open()]).toEqual([0, 0]);
    show(true);
    say(ready);
    expect(told).toEqual(['PENDING', 'READY']);
  });

  it('reports being offline after two lost responses in a row', async () => {
    const { world, told, lose } = start();
    world.answer = 'no answer';
    lose();
    await pass(0);
    expect(told).toEqual([]);
    await pass(DOUBT_POLL_MS);
    expect(told).toEqual(['offline']);
    world.answer = ready;
    await pass(POLL_MS);
    expect(told).toEqual(['offline', 'READY']);
  });

  it('stops when the session is over', async () => {
    const { world, told, lose, open } = start();
    world.answer = null;
    lose();
    await pass(60_000);
    expect([told, world.asked, open()]).toEqual([['signed out'], 1, 0]);
  });

  it('polls rarely for a wallet that was given up', async () => {
    const { world, lose, open } = start();
    world.answer = givenUp;
    // One poll per lost stream, and none every 5 s in addition.
    let losses = 0;
    for (let seconds = 0; seconds < 60; seconds += 1) {
      if (open() > 0) {
        lose();
        losses += 1;
      }
      await pass(1_000);
    }
    expect(losses).toBeGreaterThan(4);
    expect(world.asked).toBeLessThanOrEqual(losses + 1);
  });

  it('reports nothing once stopped', async () => {
    const { world, told, stop, say, show, open } = start();
    stop();
    say(ready);
    show(true);
    await pass(60_000);
    expect([world.asked, told, open()]).toEqual([0, [], 0]);
  });
});
