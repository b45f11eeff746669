import { remember } from '../remember.server.ts';

/** Several times what a model is asked for. One that goes on without end is stopped here. */
export const REPLY_MAX_LENGTH = 8_000;

interface ReplyWork {
  /** Ends early, without an error, when the signal aborts. */
  readonly write: (signal: AbortSignal) => AsyncIterable<string>;
  /** Called once, with all that was written, unless that is nothing. */
  readonly store: (content: string) => Promise<void>;
}

/**
 * A reply while it is being written. It goes on when a reader leaves, so that it is there when they
 * come back; any number may read it, each from its beginning.
 */
export class RunningReply {
  /** Resolves with the first piece, or at the end; rejects when there is neither. */
  readonly begun: Promise<void>;
  /** Resolves when it is stored or has broken off; never rejects. */
  readonly ended: Promise<void>;
  readonly #stopping = new AbortController();
  readonly #readers = new Set<ReadableStreamDefaultController<string>>();
  #content = '';
  #end: { readonly error: unknown } | null = null;

  constructor({ write, store }: ReplyWork) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.begun = promise;
    // A reply may break off while nobody waits for its beginning.
    promise.catch(() => {});
    this.ended = this.#run({ write, store }, resolve).then(
      () => {
        resolve();
        this.#finish(null);
      },
      (error: unknown) => {
        reject(error);
        this.#finish(error);
      },
    );
  }

  async #run({ write, store }: ReplyWork, onPiece: () => void): Promise<void> {
    for await (const written of write(this.#stopping.signal)) {
      const piece = written.slice(0, REPLY_MAX_LENGTH - this.#content.length);
      this.#content += piece;
      for (const reader of this.#readers) reader.enqueue(piece);
      onPiece();
      if (this.#content.length < REPLY_MAX_LENGTH) continue;
      this.stop();
      break;
    }
    if (this.#content) await store(this.#content);
  }

  #finish(error: unknown): void {
    this.#end = { error };
    for (const reader of this.#readers) {
      if (error === null) reader.close();
      else reader.error(error);
    }
    this.#readers.clear();
  }

  /** What is written so far, then each piece as it comes; errors when the reply breaks off. */
  read(): ReadableStream<Uint8Array> {
    let own: ReadableStreamDefaultController<string> | undefined;
    const pieces = new ReadableStream<string>({
      start: (reader) => {
        own = reader;
        if (this.#content) reader.enqueue(this.#content);
        if (this.#end === null) this.#readers.add(reader);
        else if (this.#end.error === null) reader.close();
        else reader.error(this.#end.error);
      },
      cancel: () => {
        if (own) this.#readers.delete(own);
      },
    });
    return pieces.pipeThrough(new TextEncoderStream());
  }

  /** Ends it where it is; what was written is stored. */
  stop(): void {
    this.#stopping.abort();
  }
}

/** The replies this process is writing, by the reply's id. */
const running = () => remember('running-replies', () => new Map<string, RunningReply>());

export function findRunningReply(replyId: string): RunningReply | null {
  return running().get(replyId) ?? null;
}

/** Starts it, or joins the one that is being written already. */
export function runReply(replyId: string, work: ReplyWork): RunningReply {
  const existing = findRunningReply(replyId);
  if (existing) return existing;
  const reply = new RunningReply(work);
  running().set(replyId, reply);
  void reply.ended.then(() => running().delete(replyId));
  return reply;
}
