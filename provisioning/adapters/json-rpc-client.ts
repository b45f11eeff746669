import { type Clock, systemClock } from '../clock.ts';
import { ServiceFault } from '../errors.ts';
import { reasonOf } from '../reason-of.ts';
import { httpRpcTransport } from './http-rpc-transport.ts';
import type { RpcTransport } from './rpc-transport.ts';

/** An error the node itself answered, in NEAR's shape: `cause.name`, `cause.info`, `data`. */
export interface RpcError {
  cause: string;
  info: Record<string, unknown>;
  data: unknown;
}

export type RpcAnswer = { result: unknown } | { error: RpcError };

/** No usable answer: a timeout, a status other than a JSON-RPC answer's, or no JSON. */
export class NoAnswerError extends Error {
  readonly httpStatus: number | null;

  constructor(message: string, options: { httpStatus: number | null; cause?: unknown }) {
    super(message, options);
    this.name = 'NoAnswerError';
    this.httpStatus = options.httpStatus;
  }
}

/**
 * One call to one endpoint, as it ended. `refused`: the node answered with an error of its own;
 * `rate-limited`: HTTP 429; `no-answer`: nothing usable came back.
 */
export type RpcObserver = (call: {
  url: string;
  method: string;
  outcome: 'ok' | 'refused' | 'rate-limited' | 'no-answer';
  tookMs: number;
}) => void;

export interface RpcCall {
  method: string;
  params: unknown;
  timeoutMs: number;
}

/** Several endpoints in order of preference; one that fails is asked last for a while. */
export interface JsonRpcClient {
  urls: string[];
  /** @throws ServiceFault `NODE_UNREACHABLE` or `RATE_LIMITED` when no endpoint answers. */
  call(call: RpcCall): Promise<RpcAnswer>;
  /** @throws NoAnswerError */
  callEndpoint(url: string, call: RpcCall): Promise<RpcAnswer>;
}

const shortestBreakMs = 1_000;
const longestBreakMs = 30_000;

export function createJsonRpcClient({
  urls,
  transport = httpRpcTransport,
  clock = systemClock,
  onCall = () => undefined,
}: {
  urls: string[];
  transport?: RpcTransport;
  clock?: Pick<Clock, 'now'>;
  onCall?: RpcObserver;
}): JsonRpcClient {
  const breakers = new Map(urls.map((url) => [url, { failures: 0, closedAtMs: 0 }]));

  const note = (url: string, failed: boolean) => {
    const breaker = breakers.get(url);
    if (!breaker) return;
    breaker.failures = failed ? breaker.failures + 1 : 0;
    const breakMs = Math.min(shortestBreakMs * 2 ** (breaker.failures - 1), longestBreakMs);
    breaker.closedAtMs = failed ? clock.now() + breakMs : 0;
  };

  const callEndpoint = async (url: string, { method, params, timeoutMs }: RpcCall) => {
    const body = { jsonrpc: '2.0', id: 'choonsim', method, params };
    const startedAtMs = clock.now();
    const tell = (outcome: Parameters<RpcObserver>[0]['outcome']) =>
      onCall({ url, method, outcome, tookMs: clock.now() - startedAtMs });
    try {
      const answer = readAnswer(await transport({ url, body, timeoutMs }));
      note(url, false);
      tell('error' in answer ? 'refused' : 'ok');
      return answer;
    } catch (error) {
      note(url, true);
      const isLimited = error instanceof NoAnswerError && error.httpStatus === 429;
      tell(isLimited ? 'rate-limited' : 'no-answer');
      if (error instanceof NoAnswerError) throw error;
      throw new NoAnswerError(reasonOf(error), { httpStatus: null, cause: error });
    }
  };

  return {
    urls,
    callEndpoint,
    async call(call) {
      const isBroken = (url: string) => (breakers.get(url)?.closedAtMs ?? 0) > clock.now();
      const ordered = [
        ...urls.filter((url) => !isBroken(url)),
        // Asked all the same when the others fail: no answer is worse than a slow one.
        ...urls.filter(isBroken),
      ];
      let last: NoAnswerError | undefined;
      for (const url of ordered) {
        try {
          return await callEndpoint(url, call);
        } catch (error) {
          if (!(error instanceof NoAnswerError)) throw error;
          last = error;
        }
      }
      const code = last?.httpStatus === 429 ? 'RATE_LIMITED' : 'NODE_UNREACHABLE';
      throw new ServiceFault(code, `${call.method}: ${last?.message}`, { cause: last });
    },
  };
}

/** Handler errors come with 200, validation errors with 400; everything else is no answer. */
function readAnswer({ httpStatus, body }: { httpStatus: number; body: string }): RpcAnswer {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new NoAnswerError(`HTTP ${httpStatus} without JSON`, { httpStatus });
  }
  if (isRecord(parsed) && 'result' in parsed && httpStatus === 200) {
    return { result: parsed.result };
  }
  if (isRecord(parsed) && isRecord(parsed.error) && (httpStatus === 200 || httpStatus === 400)) {
    const { cause, data } = parsed.error;
    return {
      error: {
        cause: isRecord(cause) ? String(cause.name) : 'UNKNOWN',
        info: isRecord(cause) && isRecord(cause.info) ? cause.info : {},
        data,
      },
    };
  }
  throw new NoAnswerError(`HTTP ${httpStatus}`, { httpStatus });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
