/** Why nothing usable came back over the wire. */
export type TransportFailure = 'unreachable' | 'timeout' | 'too-large';

/** Nothing came back in time, or too much. */
export class RpcTransportError extends Error {
  readonly failure: TransportFailure;

  constructor(failure: TransportFailure, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'RpcTransportError';
    this.failure = failure;
  }
}

/**
 * Sends one JSON-RPC body to an endpoint; rejects when nothing came back in time, with an
 * {@link RpcTransportError} where the reason is known.
 */
export type RpcTransport = (call: {
  url: string;
  body: unknown;
  timeoutMs: number;
}) => Promise<{ httpStatus: number; body: string }>;
