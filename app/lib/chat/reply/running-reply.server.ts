import { remember } from '../../remember.server.ts';

/** Several times what a model is asked for. An endless reply is stopped here. */
export const REPLY_MAX_LENGTH = 8_000;

interface ReplyWork {
  /** Ends early, without an error, when the signal aborts. */
  readonly write: (signal: AbortSignal) => AsyncIterable<string>;
  /** Called once with the whole text, unless it is empty. */
  readonly store: (content: string) => Promise<void>;
}

/**
 * A reply in progress. It continues when a reader leaves; any number of readers may read it, each from
 * its beginning.
 */
export class RunningReply {
  /** Resolves with the first piece, or at the end; rejects if there is neither. */
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
    // A reply may break off while nothing awaits its beginning.
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

  /** The text so far, then each piece as it arrives; errors if the reply breaks off. */
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

  /** Stops it; what was written is stored. */
  stop(): void {
    this.#stopping.abort();
  }
}

/** The replies this process is writing, by the reply's id. */
const running = () => remember('running-replies', () => new Map<string, RunningReply>());

export function findRunningReply(replyId: string): RunningReply | null {
  return running().get(replyId) ?? null;
}

/** Starts it, or joins the one in progress. */
export function runReply(replyId: string, work: ReplyWork): RunningReply {
  const existing = findRunningReply(replyId);
  if (existing) return existing;
  const reply = new RunningReply(work);
  running().set(replyId, reply);
  void reply.ended.then(() => running().delete(replyId));
  return reply;
}
