import { describe, expect, it } from 'vitest';
import type { WalletView } from '../../../lib/wallet/wallet-view.ts';
import {
  DOUBT_POLL_MS,
  type FollowEvent,
  type Following,
  followStep,
  NOT_YET_FOLLOWING,
  POLL_MS,
  RARE_POLL_MS,
} from './following.ts';

const view: WalletView = {
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
const creating: WalletView = { ...view, status: 'CREATING' };
const ready: WalletView = { ...view, status: 'READY', step: null, isReady: true, balance: '1' };
const givenUp: WalletView = { ...view, status: 'FAILED', error: 'REWARD_REFUSED' };

const OPENED_MS = 1_700_000_000_000;
const opened: Following = {
  ...NOT_YET_FOLLOWING,
  stream: { openedAtMs: OPENED_MS, isHeard: false },
};
const heard: Following = {
  ...opened,
  stream: { openedAtMs: OPENED_MS, isHeard: true },
  last: view,
};

const step = (state: Following, event: FollowEvent, afterMs = 0) =>
  followStep(state, event, { nowMs: OPENED_MS + afterMs, random: 0.5 });
const effectsOf = (...args: Parameters<typeof step>) =>
  step(...args).effects.map(({ type, ...rest }) => [type, ...Object.values(rest)]);
const told = (what: WalletView) => [
  ['report-offline', false],
  ['report-view', what],
];

describe('what follows from an event', () => {
  it('a shown page opens a stream and polls if it stays silent', () => {
    expect(effectsOf(NOT_YET_FOLLOWING, { type: 'page-shown' })).toEqual([
      ['rest'],
      ['open-stream'],
      ['poll-later', POLL_MS],
    ]);
  });

  it('a hidden page rests, and remembers only what it has seen', () => {
    const { state, effects } = step({ ...heard, isPolling: true }, { type: 'page-hidden' });
    expect(effects).toEqual([{ type: 'rest' }]);
    expect(state).toEqual({ ...NOT_YET_FOLLOWING, last: view });
  });

  it('an event of the stream makes polls rare, also while a poll is in doubt', () => {
    const event: FollowEvent = { type: 'stream-event', view: creating };
    expect(effectsOf({ ...opened, pollsLost: 1 }, event)).toEqual([
      ...told(creating),
      ['poll-later', RARE_POLL_MS],
    ]);
  });

  it.each<[string, FollowEvent]>([
    ['stream', { type: 'stream-event', view: ready }],
    ['poll', { type: 'poll-answered', view: ready }],
  ])('READY ends it, by %s', (_by, event) => {
    expect(effectsOf(heard, event)).toEqual([...told(ready), ['end']]);
  });

  it('a lost stream is polled for at once, unless a poll is under way', () => {
    const event: FollowEvent = { type: 'stream-lost' };
    expect(effectsOf(opened, event)).toEqual([
      ['close-stream'],
      ['open-stream-later', 1_000],
      ['poll'],
    ]);
    expect(effectsOf({ ...opened, isPolling: true }, event)).toEqual([
      ['close-stream'],
      ['open-stream-later', 1_000],
    ]);
  });

  it.each([
    ['starts over after a good stream', heard, 10_000, 1_000],
    ['goes on after one that ended early', heard, 9_999, 4_000],
    ['goes on after one that was silent', opened, 10_000, 4_000],
  ])('the backoff %s', (_what, state, livedMs, delayMs) => {
    const lost = { ...state, streamsLost: 2 };
    expect(effectsOf(lost, { type: 'stream-lost' }, livedMs)).toContainEqual([
      'open-stream-later',
      delayMs,
    ]);
  });

  it('jitter spreads the delay by a quarter either way', () => {
    const delay = (random: number) =>
      followStep(opened, { type: 'stream-lost' }, { nowMs: OPENED_MS, random }).effects[1];
    expect([delay(0), delay(1)]).toEqual([
      { type: 'open-stream-later', afterMs: 750 },
      { type: 'open-stream-later', afterMs: 1_250 },
    ]);
  });

  it('a stream that has missed what a poll found is replaced', () => {
    const { state, effects } = step(heard, { type: 'poll-answered', view: creating }, 5_000);
    expect(effects.at(-1)).toEqual({ type: 'open-stream' });
    expect(state.stream).toEqual({ openedAtMs: OPENED_MS + 5_000, isHeard: false });
    const later: FollowEvent = { type: 'poll-answered', view: { ...view, waitedMs: 5_000 } };
    expect(step(heard, later).state.stream).toEqual(heard.stream);
    // A silent stream has missed nothing yet; its silence is limited anyway.
    expect(step({ ...opened, last: view }, later).state.stream).toEqual(opened.stream);
  });

  it('a second lost poll is reported, the first is only repeated sooner', () => {
    const first = step(opened, { type: 'poll-lost' });
    expect(first.effects).toEqual([
      { type: 'report-offline', isOffline: false },
      { type: 'poll-later', afterMs: DOUBT_POLL_MS },
    ]);
    expect(effectsOf(first.state, { type: 'poll-lost' })).toEqual([
      ['report-offline', true],
      ['poll-later', POLL_MS],
    ]);
  });

  it('a wallet that was given up is polled rarely', () => {
    const answered: FollowEvent = { type: 'poll-answered', view: givenUp };
    expect(effectsOf(opened, answered)).toEqual([...told(givenUp), ['poll-later', RARE_POLL_MS]]);
  });

  it('the end of the session ends it before it is reported', () => {
    expect(effectsOf(heard, { type: 'poll-answered', view: null })).toEqual([
      ['end'],
      ['report-signed-out'],
    ]);
  });
});
