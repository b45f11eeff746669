import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WalletChange } from '#engine/ports/wallet-reader.ts';
import { createWalletFollower, type WalletEventSource } from './wallet-follower.server.ts';
import type { WalletView } from './wallet-view.ts';

const POLL_MS = 100;

/** A table of events and the wallets behind it; counts its queries. */
class Wallets implements WalletEventSource {
  readonly events: WalletChange[] = [];
  readonly views = new Map<string, WalletView>();
  reads: (readonly string[])[] = [];
  looks = 0;
  isBroken = false;
  isPaused = false;

  move(userId: string, changes: Partial<WalletView>): void {
    this.change(userId, changes);
    this.events.push({ id: this.events.length + 1, ownerId: userId });
  }

  /** Without an event, like the ledger. */
  change(userId: string, changes: Partial<WalletView>): void {
    const before = this.views.get(userId) ?? waiting;
    this.views.set(userId, { ...before, ...changes });
  }

  async readLastChangeId() {
    this.looks += 1;
    if (this.isBroken) throw new Error('the database does not answer');
    return this.events.length;
  }

  async readChangesAfter({ id }: { id: number }) {
    this.looks += 1;
    if (this.isBroken) throw new Error('the database does not answer');
    return this.events.filter((event) => event.id > id);
  }

  async readIsPaused() {
    return this.isPaused;
  }

  async readWalletViews(userIds: readonly string[]) {
    this.reads.push(userIds);
    return new Map([...this.views].filter(([userId]) => userIds.includes(userId)));
  }
}

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
const ready = { status: 'READY', step: null, isReady: true, balance: '100' } as const;

function start(listenersPerUser = 8) {
  const wallets = new Wallets();
  const errors: unknown[] = [];
  const follower = createWalletFollower({
    source: wallets,
    pollMs: POLL_MS,
    listenersPerUser,
    onError: (error) => errors.push(error),
  });
  const listen = (userId: string) => {
    const heard: string[] = [];
    const stop = follower.follow({
      userId,
      onView: ({ status, step }) => heard.push(step ? `${status} ${step}` : `${status}`),
      onEnd: () => heard.push('end'),
    });
    return { heard, stop };
  };
  return { wallets, follower, listen, errors };
}

const pass = (looks: number) => vi.advanceTimersByTimeAsync(looks * POLL_MS);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the follower of wallet events', () => {
  it('reports the wallet on connect and at every change, once', async () => {
    const { wallets, listen } = start();
    wallets.move('ann', {});
    const { heard } = listen('ann');
    await pass(3);
    expect(heard).toEqual(['PENDING REQUESTED']);
    wallets.move('ann', { status: 'CREATING', step: 'ACCOUNT' });
    wallets.move('bob', {});
    await pass(1);
    wallets.move('ann', ready);
    await pass(3);
    expect(heard).toEqual(['PENDING REQUESTED', 'CREATING ACCOUNT', 'READY']);
  });

  it('reads a wallet once for all its listeners, and no wallet without listeners', async () => {
    const { wallets, listen } = start();
    wallets.move('ann', {});
    wallets.move('bob', {});
    const ann = [listen('ann'), listen('ann'), listen('ann')];
    const bob = listen('bob');
    await pass(1);
    expect(wallets.reads).toEqual([['ann', 'bob']]);
    wallets.reads = [];
    wallets.move('ann', ready);
    wallets.move('carol', {});
    await pass(2);
    expect(wallets.reads).toEqual([['ann']]);
    expect(ann.map(({ heard }) => heard.at(-1))).toEqual(['READY', 'READY', 'READY']);
    expect(bob.heard).toEqual(['PENDING REQUESTED']);
  });

  it('reports the steps of a wallet in progress, which have no event', async () => {
    const { wallets, listen } = start();
    wallets.move('ann', { status: 'CREATING', step: 'ACCOUNT' });
    const { heard } = listen('ann');
    await pass(1);
    wallets.change('ann', { step: 'REWARD' });
    await pass(5);
    expect(heard).toEqual(['CREATING ACCOUNT', 'CREATING REWARD']);
  });

  it('reports pause and resume to waiting users, which have no event', async () => {
    const { wallets, listen, follower } = start();
    wallets.move('ann', {});
    wallets.move('bob', ready);
    listen('bob');
    const heard: boolean[] = [];
    follower.follow({
      userId: 'ann',
      onView: ({ isPaused }) => heard.push(isPaused),
      onEnd: () => {},
    });
    await pass(1);
    wallets.reads = [];
    for (const isPaused of [true, false]) {
      wallets.isPaused = isPaused;
      wallets.change('ann', { isPaused });
      await pass(6);
    }
    expect(heard).toEqual([false, true, false]);
    await pass(20);
    expect(wallets.reads).toEqual([['ann'], ['ann']]);
  });

  it('polls only while there are listeners', async () => {
    const { wallets, listen } = start();
    wallets.move('ann', {});
    await pass(10);
    expect(wallets.looks).toBe(0);
    const first = listen('ann');
    await pass(2);
    first.stop();
    const { looks } = wallets;
    await pass(50);
    expect(wallets.looks).toBeLessThanOrEqual(looks + 1);
    // What happened meanwhile is in the first report of a new listener.
    wallets.move('ann', ready);
    const second = listen('ann');
    await pass(1);
    expect(second.heard).toEqual(['READY']);
    expect(first.heard).toEqual(['PENDING REQUESTED']);
  });

  it('continues after a database error, more slowly, and loses nothing', async () => {
    const { wallets, listen, errors } = start();
    wallets.move('ann', {});
    const { heard } = listen('ann');
    await pass(1);
    wallets.isBroken = true;
    wallets.move('ann', ready);
    const { looks } = wallets;
    await pass(30);
    expect(wallets.looks - looks).toBeLessThanOrEqual(4);
    expect(errors.length).toBeGreaterThan(0);
    wallets.isBroken = false;
    await pass(11);
    expect(heard).toEqual(['PENDING REQUESTED', 'READY']);
  });

  it('ends a user’s oldest stream beyond the limit, and no other user’s', async () => {
    const { wallets, listen } = start(2);
    wallets.move('ann', {});
    wallets.move('bob', {});
    const bob = listen('bob');
    const [first, second, third] = [listen('ann'), listen('ann'), listen('ann')];
    await pass(1);
    expect(first?.heard).toEqual(['end']);
    for (const { heard } of [bob, second, third]) expect(heard).toEqual(['PENDING REQUESTED']);
  });

  it('ends the streams of a deleted user', async () => {
    const { wallets, listen } = start();
    wallets.move('ann', {});
    const { heard } = listen('ann');
    await pass(1);
    wallets.views.delete('ann');
    wallets.events.push({ id: wallets.events.length + 1, ownerId: 'ann' });
    await pass(1);
    expect(heard).toEqual(['PENDING REQUESTED', 'end']);
  });

  it('ends all streams when closed, and any later one', async () => {
    const { wallets, listen, follower } = start();
    wallets.move('ann', {});
    const early = listen('ann');
    await pass(1);
    follower.close();
    expect(early.heard).toEqual(['PENDING REQUESTED', 'end']);
    expect(listen('ann').heard).toEqual(['end']);
    const { looks } = wallets;
    await pass(20);
    expect(wallets.looks).toBeLessThanOrEqual(looks + 1);
  });
});
