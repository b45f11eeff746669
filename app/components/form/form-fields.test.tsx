import { type ComponentType, createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { createRoutesStub } from 'react-router';
import { expect, test } from 'vitest';
import Account from '../../routes/account.tsx';
import LogIn from '../../routes/login.tsx';
import NewPassword from '../../routes/new-password.tsx';
import SignUp from '../../routes/signup.tsx';
import { ChatRoom } from '../chat/ChatRoom.tsx';
import type { ChatStart } from '../chat/state/chat-state.ts';
import { WalletContext } from '../wallet/live/WalletStateProvider.tsx';

const duties = { termsUrl: null, privacyUrl: null, minimumAge: null };
const ready = {
  accountId: 'a.choonsim.devnet',
  status: 'READY',
  step: null,
  error: null,
  isReady: true,
  retryAt: null,
  isPaused: false,
  waitedMs: null,
  balance: '100',
} as const;
const start: ChatStart = {
  accountId: 'u',
  characterId: 'mir',
  storedMessages: [],
  hasEarlier: false,
  isPast: false,
  isReplying: false,
  draft: '',
  error: null,
  replyError: null,
};

function Room() {
  return (
    <WalletContext value={{ wallet: ready, situation: 'ready' }}>
      <ChatRoom
        start={start}
        wallet={ready}
        opening={{ userName: 'Yuri', gift: null }}
        beside={null}
      />
    </WalletContext>
  );
}

/** A page's controls in document order, which is the Tab order. */
function controlsOf(page: ComponentType<never>, loaderData: unknown = {}): string[] {
  const drawn = () => createElement(page, { loaderData, params: {}, matches: [] } as never);
  const Stub = createRoutesStub([{ id: 'root', path: '/', Component: drawn }]);
  const markup = renderToStaticMarkup(
    <Stub hydrationData={{ loaderData: { root: { language: 'en' } } }} />,
  );
  const main = markup.slice(markup.indexOf('<main'));
  return [...main.matchAll(/<(?:input|textarea|button|select)\b[^>]*>/g)].map(([tag]) => tag);
}

/** The attributes that password managers and on-screen keyboards read. */
function fieldsOf(...page: Parameters<typeof controlsOf>) {
  const read = (tag: string, name: string) =>
    new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(tag)?.[1] ?? '';
  return controlsOf(...page)
    .filter((tag) => read(tag, 'autocomplete'))
    .map((tag) => [read(tag, 'type'), read(tag, 'autocomplete')]);
}

test('password managers find the account and its passwords in every form, in order', () => {
  expect(fieldsOf(LogIn, { page: '/home', providers: [] })).toEqual([
    ['email', 'username'],
    ['password', 'current-password'],
  ]);
  expect(fieldsOf(SignUp, { page: '/home', duties, providers: [] })).toEqual([
    ['text', 'nickname'],
    ['email', 'email'],
    ['password', 'new-password'],
  ]);
  const email = 'yuri@example.com';
  expect(fieldsOf(NewPassword, { email })).toEqual([
    ['email', 'username'],
    ['password', 'new-password'],
  ]);
  expect(
    fieldsOf(Account, {
      ...{ name: '유리', email, passkeys: [], proof: 'recent', hasPassword: true },
      sites: { linked: [], open: [] },
    }),
  ).toEqual([
    ['text', 'nickname'],
    ['email', 'username'],
    ['password', 'current-password'],
    ['password', 'new-password'],
    ['password', 'current-password'],
  ]);
});

test('pasted text is not cut off, and Enter on an on-screen keyboard breaks the line', () => {
  const [field] = controlsOf(Room).filter((tag) => tag.startsWith('<textarea'));
  expect(field).toContain('enterKeyHint="enter"');
  expect(field).toContain('autoComplete="off"');
  expect(field).not.toMatch(/maxlength/i);
  for (const [page, data] of [
    [LogIn, { page: '/home', providers: [] }],
    [SignUp, { page: '/home', duties, providers: [] }],
  ] as const) {
    const passwords = controlsOf(page, data).filter((tag) => tag.includes('type="password"'));
    expect(passwords).toHaveLength(1);
    expect(passwords.join()).not.toMatch(/maxlength/i);
  }
});
