import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { RpcAnswer } from '@choonsim/near-devnet';
import {
  type FaultRule,
  Faults,
  type RequestSubject,
  readSubject,
  withFaults,
} from '@choonsim/near-devnet';

/** The fault of one request and its reply. */
export interface Mischief {
  readonly name: string;
  /** A fault of the devnet. */
  readonly fault?: FaultRule;
  /** The request reaches the chain this much later, whatever the reply. */
  readonly lateMs?: number;
  /** The request reaches the chain twice. */
  readonly isDoubled?: boolean;
  /** Replies with its first answer to the same request. */
  readonly isStale?: boolean;
  /** Half a reply: the connection breaks there, or the reply looks complete. */
  readonly cut?: 'broken' | 'whole';
}

export type Decide = (request: { method: string; subject: RequestSubject }) => Mischief | null;

interface Request {
  readonly id: unknown;
  readonly method: string;
  readonly params: unknown;
}

const HARMLESS: Mischief = { name: 'none' };

/** A JSON-RPC proxy between workers and one chain that applies a fault to each request. */
export class HostileNode {
  /** Null: every request is forwarded unchanged. */
  decide: Decide | null = null;
  /** Count of each fault. */
  readonly done = new Map<string, number>();
  readonly #nodeUrl: string;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #errors = new Faults();
  readonly #face: (request: unknown) => Promise<RpcAnswer>;
  readonly #firstAnswers = new Map<string, RpcAnswer>();
  readonly #late = new Set<NodeJS.Timeout>();

  constructor(nodeUrl: string) {
    this.#nodeUrl = nodeUrl;
    this.#face = withFaults(
      (request) => this.#forward(request),
      this.#errors,
      (callback, delayMs) => this.#later(callback, delayMs),
    );
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
  }

  async close(): Promise<void> {
    for (const timer of this.#late) clearTimeout(timer);
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = Buffer.concat(await incoming.toArray()).toString('utf8');
      const request = JSON.parse(body) as Request;
      const subject = readSubject(request.params);
      const mischief = this.decide?.({ method: request.method, subject }) ?? HARMLESS;
      this.done.set(mischief.name, (this.done.get(mischief.name) ?? 0) + 1);
      const answer = await this.#answer(request, mischief);
      send(response, answer, mischief.cut);
    } catch {
      // The connection breaks, by a fault or because the chain is down.
      response.destroy();
    }
  }

  async #answer(request: Request, mischief: Mischief): Promise<RpcAnswer> {
    const passOn = () => void this.#forward(request).catch(() => undefined);
    if (mischief.lateMs !== undefined) this.#later(passOn, mischief.lateMs);
    if (mischief.isDoubled) passOn();
    const question = JSON.stringify([request.method, request.params]);
    const first = this.#firstAnswers.get(question);
    if (mischief.isStale && first !== undefined) return withId(first, request.id);
    if (mischief.fault !== undefined) this.#errors.add(mischief.fault);
    // Added before anything is awaited, so that the fault applies to this request only.
    const answer = await this.#face(request);
    if (mischief === HARMLESS && first === undefined) this.#firstAnswers.set(question, answer);
    return answer;
  }

  async #forward(request: unknown): Promise<RpcAnswer> {
    const answer = await fetch(this.#nodeUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(20_000),
    });
    return { httpStatus: answer.status, body: await answer.json() };
  }

  #later(callback: () => void, delayMs: number): () => void {
    const timer = setTimeout(() => {
      this.#late.delete(timer);
      callback();
    }, delayMs);
    this.#late.add(timer);
    return () => clearTimeout(timer);
  }
}

function send(response: ServerResponse, answer: RpcAnswer, cut: Mischief['cut']): void {
  const { httpStatus, body, isText } = answer;
  const text = isText ? String(body) : JSON.stringify(body);
  const half = text.slice(0, text.length / 2);
  const contentType = isText ? 'text/html' : 'application/json';
  const length = cut === 'broken' ? { 'content-length': Buffer.byteLength(text) } : {};
  response.writeHead(httpStatus, { 'content-type': contentType, ...length });
  if (cut === 'broken') response.write(half, () => response.destroy());
  else response.end(cut === 'whole' ? half : text);
}

function withId(answer: RpcAnswer, id: unknown): RpcAnswer {
  return { ...answer, body: { ...Object(answer.body), id } };
}
