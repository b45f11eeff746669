import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { hostOf } from '../../core/host-of.ts';
import type { ReadAnswer } from './near-reply.ts';
import { NoAnswerError, type NoAnswerKind, type RpcAnswer, readReply } from './rpc-reply.ts';
import type { RpcTransport } from './rpc-transport.ts';

/**
 * The result of one call to one endpoint. `ok`: an answer to the question, including "does not exist" and
 * "transaction rejected"; everything else is a {@link NoAnswerKind}.
 */
export type RpcObserver = (call: {
  url: string;
  method: string;
  outcome: 'ok' | NoAnswerKind;
  tookMs: number;
}) => void;

/** A question and how its answer is recognized. */
export interface RpcQuestion<T> {
  method: string;
  params: unknown;
  timeoutMs: number;
  read: ReadAnswer<T>;
}

const shortestBreakMs = 1_000;
const longestBreakMs = 30_000;

/** One endpoint and what is known of its health. */
export class RpcEndpoint {
  readonly url: string;
  readonly host: string;
  readonly #transport: RpcTransport;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #onCall: RpcObserver;
  #failures = 0;
  #brokenUntilMs = 0;

  constructor(parts: {
    url: string;
    transport: RpcTransport;
    clock: Pick<Clock, 'now'>;
    onCall: RpcObserver;
  }) {
    this.url = parts.url;
    this.host = hostOf(parts.url);
    this.#transport = parts.transport;
    this.#clock = parts.clock;
    this.#onCall = parts.onCall;
  }

  /** It failed recently: others are queried first, for longer after each failure. */
  get isBroken(): boolean {
    return this.#brokenUntilMs > this.#clock.now();
  }

  /** @throws NoAnswerError */
  async ask<T>({ method, params, timeoutMs, read }: RpcQuestion<T>): Promise<T> {
    const id = randomUUID();
    const startedAtMs = this.#clock.now();
    const note = (outcome: 'ok' | NoAnswerKind) =>
      this.#onCall({
        url: this.url,
        method,
        outcome,
        tookMs: this.#clock.now() - startedAtMs,
      });
    try {
      const body = { jsonrpc: '2.0', id, method, params };
      const reply = await this.#transport({ url: this.url, body, timeoutMs });
      const answer = readSafely(read, readReply(reply, id));
      this.#failures = 0;
      this.#brokenUntilMs = 0;
      note('ok');
      return answer;
    } catch (thrown) {
      const error = NoAnswerError.from(thrown);
      // It lacks one block but may know others.
      if (error.kind !== 'stale') this.#break();
      note(error.kind);
      throw error;
    }
  }

  /** An accepted answer turned out to be invalid. */
  disbelieve(method: string, outcome: NoAnswerKind): void {
    this.#break();
    this.#onCall({ url: this.url, method, outcome, tookMs: 0 });
  }

  #break(): void {
    this.#failures += 1;
    const breakMs = Math.min(shortestBreakMs * 2 ** (this.#failures - 1), longestBreakMs);
    this.#brokenUntilMs = this.#clock.now() + breakMs;
  }
}

/** An answer of an unexpected shape is no answer either. */
function readSafely<T>(read: ReadAnswer<T>, answer: RpcAnswer): T {
  try {
    return read(answer);
  } catch (error) {
    if (error instanceof NoAnswerError) throw error;
    throw new NoAnswerError('malformed', 'an answer that cannot be read', { cause: error });
  }
}
