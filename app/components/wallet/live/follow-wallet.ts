import type { WalletView } from '../../../lib/wallet/wallet-view.ts';
import { type FollowEffect, type FollowEvent, followStep, NOT_YET_FOLLOWING } from './following.ts';

/** A buffering proxy accepts the request, but no event arrives. */
export const SILENCE_MS = 5_000;

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
  /** Uniform in [0, 1). */
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
  const follower = new WalletFollower(tools, listener);
  follower.begin();
  return () => follower.end();
}

type Timer = ReturnType<typeof setTimeout> | undefined;

/** Performs what `followStep` decides. */
class WalletFollower {
  readonly #tools: FollowTools;
  readonly #listener: WalletListener;
  #state = NOT_YET_FOLLOWING;
  #stream: WalletStream | null = null;
  #request: AbortController | null = null;
  #silence: Timer;
  #nextStream: Timer;
  #nextPoll: Timer;
  #stopListening = () => {};

  constructor(tools: FollowTools, listener: WalletListener) {
    this.#tools = tools;
    this.#listener = listener;
  }

  begin(): void {
    const look = () => this.#step({ type: this.#tools.isHidden() ? 'page-hidden' : 'page-shown' });
    this.#stopListening = this.#tools.onVisibilityChange(look);
    look();
  }

  end(): void {
    this.#stopListening();
    this.#rest();
  }

  #step(event: FollowEvent): void {
    const circumstances = { nowMs: Date.now(), random: this.#tools.random() };
    const { state, effects } = followStep(this.#state, event, circumstances);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: FollowEffect): void {
    switch (effect.type) {
      case 'open-stream':
        this.#openStream();
        break;
      case 'close-stream':
        this.#closeStream();
        break;
      case 'open-stream-later':
        this.#nextStream = setTimeout(() => this.#step({ type: 'stream-due' }), effect.afterMs);
        break;
      case 'poll':
        void this.#poll();
        break;
      case 'poll-later':
        clearTimeout(this.#nextPoll);
        this.#nextPoll = setTimeout(() => this.#step({ type: 'poll-due' }), effect.afterMs);
        break;
      case 'rest':
        this.#rest();
        break;
      case 'report-view':
        this.#listener.onView(effect.view);
        break;
      case 'report-offline':
        this.#listener.onOffline(effect.isOffline);
        break;
      case 'report-signed-out':
        this.#listener.onSignedOut();
        break;
      case 'end':
        this.end();
    }
  }

  #openStream(): void {
    clearTimeout(this.#nextStream);
    this.#closeStream();
    const lose = () => this.#step({ type: 'stream-lost' });
    const stream = this.#tools.openStream();
    this.#stream = stream;
    this.#silence = setTimeout(lose, SILENCE_MS);
    stream.onerror = lose;
    stream.onmessage = ({ data }) => {
      clearTimeout(this.#silence);
      this.#step({ type: 'stream-event', view: JSON.parse(data) as WalletView });
    };
  }

  #closeStream(): void {
    clearTimeout(this.#silence);
    if (!this.#stream) return;
    this.#stream.onmessage = null;
    this.#stream.onerror = null;
    this.#stream.close();
    this.#stream = null;
  }

  async #poll(): Promise<void> {
    clearTimeout(this.#nextPoll);
    const request = new AbortController();
    this.#request = request;
    const answer = await this.#tools.fetchStatus(request.signal).then(
      (view): FollowEvent => ({ type: 'poll-answered', view }),
      (): FollowEvent => ({ type: 'poll-lost' }),
    );
    if (!request.signal.aborted) this.#step(answer);
  }

  #rest(): void {
    this.#closeStream();
    clearTimeout(this.#nextStream);
    clearTimeout(this.#nextPoll);
    this.#request?.abort();
  }
}
