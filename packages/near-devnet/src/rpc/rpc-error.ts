import type { ErrorJson } from '../state/receipt.ts';

/** An error in the format of nearcore's JSON-RPC, with its HTTP status. */
export class RpcError extends Error {
  override name = 'RpcError';
  readonly httpStatus: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(httpStatus: number, body: Readonly<Record<string, unknown>>) {
    super(String(body.message));
    this.httpStatus = httpStatus;
    this.body = body;
  }
}

/** The request is valid and cannot be fulfilled. */
export function handlerError(name: string, info: unknown, data: unknown): RpcError {
  const cause = info === undefined ? { name } : { name, info };
  return new RpcError(200, {
    name: 'HANDLER_ERROR',
    cause,
    code: -32_000,
    message: 'Server error',
    data,
  });
}

/** The request cannot be parsed. */
export function parseError(message: string): RpcError {
  return new RpcError(400, {
    name: 'REQUEST_VALIDATION_ERROR',
    cause: { name: 'PARSE_ERROR', info: { error_message: message } },
    code: -32_700,
    message: 'Parse error',
    data: message,
  });
}

/** The node has no such method. */
export function methodNotFound(method: string): RpcError {
  return new RpcError(400, {
    name: 'REQUEST_VALIDATION_ERROR',
    cause: { name: 'METHOD_NOT_FOUND', info: { method_name: method } },
    code: -32_601,
    message: 'Method not found',
    data: method,
  });
}

/** The node itself failed. */
export function internalError(message: string): RpcError {
  return new RpcError(500, {
    name: 'INTERNAL_ERROR',
    cause: { name: 'INTERNAL_ERROR', info: { error_message: message } },
    code: -32_000,
    message: 'Server error',
    data: message,
  });
}

/** The transaction is invalid now; its bytes may still be valid on another node or later. */
export function invalidTransaction(error: ErrorJson): RpcError {
  // The reason is only in `data`; nearcore leaves `cause.info` empty.
  return handlerError('INVALID_TRANSACTION', {}, { TxExecutionError: { InvalidTxError: error } });
}

/** The node stops waiting. */
export function timeoutError(): RpcError {
  return new RpcError(408, handlerError('TIMEOUT_ERROR', undefined, 'Timeout').body);
}

/** This node does not know the transaction, or has forgotten it. */
export function unknownTransaction(hashText: string): RpcError {
  const info = { requested_transaction_hash: hashText };
  return handlerError('UNKNOWN_TRANSACTION', info, `Transaction ${hashText} doesn't exist`);
}
