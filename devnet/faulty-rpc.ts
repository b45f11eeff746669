import { BorshError } from './borsh-reader.ts';
import { ConnectionLostError, type Fault, type Faults } from './faults.ts';
import { hashToBase58 } from './hash.ts';
import type { ErrorJson } from './receipt.ts';
import type { RpcAnswer } from './rpc.ts';
import { invalidTransaction, RpcError, timeoutError, unknownTransaction } from './rpc-error.ts';
import { isObject } from './rpc-params.ts';
import type { SetTimer } from './rpc-transactions.ts';
import { decodeTransaction, type SignedTransaction } from './transaction.ts';

type Handle = (request: unknown) => Promise<RpcAnswer>;

/** Puts faults between callers and a node; a batch is struck by what strikes its first request. */
export function withFaults(handle: Handle, faults: Faults, setTimer: SetTimer): Handle {
  return async (request) => {
    const first = Array.isArray(request) ? request[0] : request;
    if (!isObject(first) || typeof first.method !== 'string') return handle(request);
    const subject = readSubject(first.params);
    const fault = faults.strikeRequest(first.method, subject.accountIds);
    if (fault === null) return handle(request);
    return strike(fault, { handle, request, subject, id: first.id ?? null, setTimer });
  };
}

interface Subject {
  readonly accountIds: readonly string[];
  readonly tx: SignedTransaction | null;
  readonly txHash: string;
}

interface Call {
  readonly handle: Handle;
  readonly request: unknown;
  readonly subject: Subject;
  readonly id: unknown;
  readonly setTimer: SetTimer;
}

async function strike(fault: Fault, call: Call): Promise<RpcAnswer> {
  const { subject } = call;
  if ('accept' in fault && fault.accept && fault.kind !== 'delay') letPass(call);
  switch (fault.kind) {
    case 'drop-answer':
      letPass(call);
      throw new ConnectionLostError();
    case 'drop-request':
      throw new ConnectionLostError();
    case 'delay':
      return delay(fault, call);
    case 'http-status':
      return text(fault.status, fault.text ?? '');
    case 'plain-text':
      return text(200, fault.text ?? 'upstream connect error or disconnect before headers');
    case 'timeout':
      return error(call, timeoutError());
    case 'invalid-nonce':
      return error(call, invalidTransaction(usedNonce(subject.tx)));
    case 'expired':
      return error(call, invalidTransaction('Expired'));
    case 'invalid-transaction':
      return error(call, invalidTransaction(fault.error));
    case 'unknown-transaction':
      return error(call, unknownTransaction(subject.txHash));
    case 'include-invalid':
      return call.handle(call.request);
  }
}

/** The node takes the request, but nobody hears its answer. */
function letPass({ handle, request }: Call): void {
  handle(request).catch(() => undefined);
}

async function delay(fault: Extract<Fault, { kind: 'delay' }>, call: Call): Promise<RpcAnswer> {
  const early = fault.accept ? call.handle(call.request) : null;
  await new Promise<void>((resolve) => {
    call.setTimer(resolve, fault.delayMs);
  });
  return early ?? call.handle(call.request);
}

function text(httpStatus: number, body: string): RpcAnswer {
  return { httpStatus, body, isText: true };
}

function error({ id }: Call, { httpStatus, body }: RpcError): RpcAnswer {
  return { httpStatus, body: { jsonrpc: '2.0', error: body, id } };
}

function usedNonce(tx: SignedTransaction | null): ErrorJson {
  const nonce = Number(tx?.nonce ?? 0n);
  return { InvalidNonce: { tx_nonce: nonce, ak_nonce: nonce } };
}

/** The accounts and the transaction a request is about, as far as they can be read. */
function readSubject(params: unknown): Subject {
  if (Array.isArray(params)) {
    const [first, second] = params;
    if (typeof second === 'string') return subject([second], null, String(first));
    return signedSubject(first);
  }
  if (!isObject(params)) return subject([], null, '');
  if (params.signed_tx_base64 !== undefined) return signedSubject(params.signed_tx_base64);
  const accountIds = [params.account_id, params.sender_account_id].filter(
    (id) => typeof id === 'string',
  );
  return subject(accountIds, null, typeof params.tx_hash === 'string' ? params.tx_hash : '');
}

function signedSubject(value: unknown): Subject {
  if (typeof value !== 'string') return subject([], null, '');
  try {
    const tx = decodeTransaction(Buffer.from(value, 'base64'));
    return subject([tx.signerId, tx.receiverId], tx, hashToBase58(tx.hash));
  } catch (caught) {
    if (caught instanceof BorshError || caught instanceof RpcError) return subject([], null, '');
    throw caught;
  }
}

function subject(accountIds: string[], tx: SignedTransaction | null, txHash: string): Subject {
  return { accountIds, tx, txHash };
}
