import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { createRoutesStub } from 'react-router';
import { describe, expect, test } from 'vitest';
import { LANGUAGES, type Language } from '../../../i18n/language.ts';
import {
  SLOW_AFTER_MS,
  STUCK_AFTER_MS,
  situationOf,
  WALLET_SITUATIONS,
  type WalletSituation,
} from '../../../lib/wallet/wallet-situation.ts';
import type { WalletView } from '../../../lib/wallet/wallet-view.ts';
import Home from '../../../routes/home.tsx';
import WalletPage from '../../../routes/wallet.tsx';
import { ChatRoom } from '../../chat/ChatRoom.tsx';
import { WalletContext } from '../live/WalletStateProvider.tsx';
import { WalletStatusPolling } from '../WalletStatusPolling.tsx';

const waiting: WalletView = {
  accountId: 'a.choonsim.devnet',
  status: 'CREATING',
  step: 'ACCOUNT',
  error: null,
  isReady: false,
  retryAt: null,
  isPaused: false,
  waitedMs: 0,
  balance: null,
};
const failed = { ...waiting, status: 'FAILED' } as const;

/** Every possible wallet state with its situation. */
const states: readonly (readonly [
  WalletSituation,
  WalletView,
  { offline?: true; ms?: number }?,
])[] = [
  ['none', { ...waiting, status: null, step: null }],
  ['waiting', { ...waiting, status: 'PENDING', step: 'REQUESTED' }],
  ['waiting', { ...waiting, status: 'PENDING', step: 'BALANCE' }],
  ['waiting', waiting],
  ['waiting', { ...waiting, step: 'REWARD' }, { ms: SLOW_AFTER_MS - 1 }],
  ['slow', { ...waiting, status: 'PENDING', step: 'REQUESTED' }, { ms: SLOW_AFTER_MS }],
  ['slow', { ...waiting, step: 'BALANCE' }, { ms: STUCK_AFTER_MS - 1 }],
  ['stuck', waiting, { ms: STUCK_AFTER_MS }],
  ['stuck', { ...waiting, status: 'PENDING', step: 'REWARD' }, { ms: STUCK_AFTER_MS * 90 }],
  ['paused', { ...waiting, isPaused: true }, { ms: STUCK_AFTER_MS }],
  ['paused', { ...failed, isPaused: true, retryAt: '2026-11-28T01:02:03Z' }],
  ['retrying', { ...failed, retryAt: '2026-11-28T01:02:03Z', error: 'NODE_UNREACHABLE' }],
  ['failed', { ...failed, error: 'REWARD_REFUSED' }],
  ['failedForGood', { ...failed, error: 'ACCOUNT_KEY_MISMATCH' }],
  ['failedForGood', failed],
  ['offline', waiting, { offline: true }],
  ['offline', { ...failed, error: 'REWARD_REFUSED' }, { offline: true }],
  ['ready', { ...waiting, status: 'READY', step: null, isReady: true, balance: '100' }],
  [
    'ready',
    { ...waiting, status: 'READY', step: null, isReady: true, balance: '1234567.5' },
    { offline: true },
  ],
];

test('each state has one situation', () => {
  for (const [situation, wallet, { offline = false, ms = 0 } = {}] of states) {
    expect(situationOf({ wallet, isOffline: offline, waitedMs: ms })).toBe(situation);
  }
  expect(new Set(states.map(([situation]) => situation))).toEqual(new Set(WALLET_SITUATIONS));
});

/** Patterns of the claims a sentence makes. */
const claims = {
  working:
    /만들고 있|생성 중|담고 있|포장하고 있|being wrapped|creating your wallet(?!.*failed)|is being created/i,
  paused: /멈춰 있|paused/i,
  failed: /못했|못해|생성 실패|생성에 실패|could not be created|creation failed/i,
  opensByItself:
    /준비되면|열립니다|자동으로|opens|(?<!not be tried again )automatically|(?<!not tried again )by itself|when (?:it|your wallet|yours) is ready/i,
  late: /평소보다|늦어지고|longer than usual|delaying/i,
  lost: /연결이 끊겼|다시 연결되면|connection/i,
  open: /짠, 선물 도착|Ta-da, your present/,
} as const;

const allowed: Readonly<Record<WalletSituation, readonly (keyof typeof claims)[]>> = {
  offline: ['lost'],
  none: [],
  paused: ['paused', 'opensByItself'],
  waiting: ['working', 'opensByItself'],
  slow: ['working', 'late', 'opensByItself'],
  stuck: ['working', 'late', 'opensByItself'],
  ready: ['open'],
  retrying: ['failed', 'opensByItself'],
  failed: ['failed'],
  failedForGood: ['failed'],
};

describe.each(LANGUAGES)('in %s', (language) => {
  test.each(states.map(([situation, wallet], index) => ({ situation, wallet, index })))(
    '$situation ($index): no page says more than is true',
    ({ situation, wallet }) => {
      const shown = drawPages({ situation, wallet, language });
      const said = Object.entries(claims).filter(([, words]) => words.test(shown));
      const wrong = said.filter(([claim]) => !allowed[situation].some((each) => each === claim));
      expect(wrong.map(([claim]) => claim)).toEqual([]);
      const isLocked = /미리 적어 둘 수 있어요|You can start typing/.test(shown);
      expect(isLocked).toBe(situation !== 'ready');
    },
  );
});

/** The status line, home, the wallet page and a room, as shown on one screen. */
function drawPages({
  situation,
  wallet,
  language,
}: {
  situation: WalletSituation;
  wallet: WalletView;
  language: Language;
}): string {
  const pages = () => (
    <WalletContext value={{ wallet, situation }}>
      <WalletStatusPolling />
      {createElement(Home, routeProps({ name: '유리', lastMessages: {}, gift: '100' }))}
      {createElement(WalletPage, routeProps(walletData))}
      <ChatRoom
        start={room}
        wallet={wallet}
        opening={{ userName: '유리', gift: null }}
        beside={null}
      />
    </WalletContext>
  );
  const Stub = createRoutesStub([{ id: 'root', path: '/', Component: pages }]);
  return renderToStaticMarkup(<Stub hydrationData={{ loaderData: { root: { language } } }} />);
}

const walletData = {
  accountId: 'a.choonsim.devnet',
  qrCode: { size: 1, path: 'M0 0' },
  explorerUrl: null,
  supportEmail: null,
  syncedAt: null,
  transfers: [],
  transitions: [],
};
const room = {
  accountId: 'u',
  characterId: 'mir',
  storedMessages: [],
  hasEarlier: false,
  isPast: false,
  isReplying: false,
  draft: '',
  error: null,
  replyError: null,
} as const;

/** A route's props; its page reads only the loader data. */
function routeProps(loaderData: unknown) {
  return { loaderData, params: {}, matches: [] } as never;
}
