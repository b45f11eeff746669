import { reasonOf } from '../../core/reason-of.ts';
import { RpcTransportError, type TransportFailure } from './rpc-transport.ts';

/**
 * Why a reply is not an answer to the question.
 * - `rate-limited`: HTTP 429, or a provider's code for it inside HTTP 200
 * - `http-error`: a status other than a JSON-RPC answer's
 * - `malformed`: not JSON, or not of the method's shape
 * - `mismatched`: the answer to another question
 * - `own-error`: an error of the node itself, or an unknown one
 * - `stale`: it lacks the named block, or is far behind the chain
 * - `foreign`: it is of another chain
 * - `implausible`: a height or a time that the chain cannot have
 */
export type NoAnswerKind =
  | TransportFailure
  | 'rate-limited'
  | 'http-error'
  | 'malformed'
  | 'mismatched'
  | 'own-error'
  | 'stale'
  | 'foreign'
  | 'implausible';

/** An endpoint did not answer the question; the next one is queried. */
export class NoAnswerError extends Error {
  readonly kind: NoAnswerKind;

  constructor(kind: NoAnswerKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'NoAnswerError';
    this.kind = kind;
  }

  static from(error: unknown): NoAnswerError {
    if (error instanceof NoAnswerError) return error;
    const kind = error instanceof RpcTransportError ? error.failure : 'unreachable';
    return new NoAnswerError(kind, reasonOf(error), { cause: error });
  }
}

/** An error in NEAR's shape: `cause.name`, `cause.info`, `data`. The caller decides what it is about. */
export interface RpcError {
  cause: string;
  info: Record<string, unknown>;
  data: unknown;
}

export type RpcAnswer = { result: unknown } | { error: RpcError };

/** How providers report "too many requests" inside HTTP 200, without a NEAR cause. */
const rateLimitCodes: ReadonlySet<unknown> = new Set([429, -429, -32005, -32007, -32029]);

/**
 * nearcore's handler errors come with HTTP 200, a height that has no block with 422, validation errors with 400.
 * Its 408 is left out: a node that has waited in vain is queried after the others for a while.
 */
const answeringStatuses: readonly number[] = [200, 400, 422];

/**
 * The JSON-RPC part of a reply.
 * @throws NoAnswerError when it does not answer the request with this id
 */
export function readReply(
  { httpStatus, body }: { httpStatus: number; body: string },
  id: string,
): RpcAnswer {
  if (httpStatus === 429) throw new NoAnswerError('rate-limited', 'HTTP 429');
  if (!answeringStatuses.includes(httpStatus)) {
    throw new NoAnswerError('http-error', `HTTP ${httpStatus}`);
  }
  const reply = parseJson(body);
  if (reply === undefined) {
    throw new NoAnswerError('malformed', `HTTP ${httpStatus} without JSON`);
  }
  if (!isRecord(reply)) throw new NoAnswerError('malformed', 'JSON, but no JSON-RPC');
  const error = isRecord(reply.error) ? reply.error : null;
  if (error && rateLimitCodes.has(error.code)) {
    throw new NoAnswerError('rate-limited', `an error with code ${error.code}`);
  }
  if (reply.id !== id) {
    throw new NoAnswerError('mismatched', 'a reply to another request: its id is not the one sent');
  }
  const hasResult = Object.hasOwn(reply, 'result') && reply.result !== undefined;
  // A gateway's error may be a text, beside a result that it had before.
  const hasError = reply.error !== undefined && reply.error !== null;
  if (error && !(hasResult && reply.result !== null)) return { error: readError(error) };
  if (hasResult && !hasError && httpStatus === 200) return { result: reply.result };
  throw new NoAnswerError('malformed', `HTTP ${httpStatus} with neither a result nor an error`);
}

function readError({ cause, code, data }: Record<string, unknown>): RpcError {
  if (!isRecord(cause) || typeof cause.name !== 'string') {
    throw new NoAnswerError('own-error', `an error without a cause, code ${cut(code)}`);
  }
  return { cause: cause.name, info: isRecord(cause.info) ? cause.info : {}, data };
}

/** Undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a node wrote, short enough for a log line. */
export function cut(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
