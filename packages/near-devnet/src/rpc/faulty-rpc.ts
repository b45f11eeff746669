import type { SignedTransaction } from '../rules/transaction.ts';
import type { ErrorJson } from '../state/receipt.ts';
import { changedAnswer } from './changed-answers.ts';
import { ConnectionLostError, type FaultOf, type FaultRule, type Faults } from './faults.ts';
import { type RequestSubject, readSubject } from './request-subject.ts';
import type { RpcAnswer } from './rpc.ts';
import {
  handlerError,
  invalidTransaction,
  RpcError,
  timeoutError,
  unknownTransaction,
} from './rpc-error.ts';
import { isObject } from './rpc-params.ts';
import type { SetTimer } from './rpc-transactions.ts';

type Handle = (request: unknown) => Promise<RpcAnswer>;

/** Earlier requests kept for crossed replies. */
const MAX_REMEMBERED = 500;

/**
 * Injects faults between callers and a node. To a caller, several such wrappers of one node are several nodes, each with
 * its own faults.
 */
export function withFaults(handle: Handle, faults: Faults, setTimer: SetTimer): Handle {
  const earlier: Earlier[] = [];
  return async (request) => {
    if (!isObject(request) || typeof request.method !== 'string') return handle(request);
    const subject = readSubject(request.params);
    const fault = faults.strikeRequest(request.method, subject.accountIds);
    const call = {
      handle,
      request,
      subject,
      id: request.id ?? null,
      earlier: [...earlier],
      setTimer,
    };
    earlier.push({ method: request.method, request, subject });
    if (earlier.length > MAX_REMEMBERED) earlier.shift();
    return fault === null ? handle(request) : strike(fault, call);
  };
}

interface Earlier {
  readonly method: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly subject: RequestSubject;
}

interface Call {
  readonly handle: Handle;
  readonly request: Readonly<Record<string, unknown>>;
  readonly subject: RequestSubject;
  readonly id: unknown;
  /** Earlier requests, the newest last. */
  readonly earlier: readonly Earlier[];
  readonly setTimer: SetTimer;
}

async function strike(fault: FaultRule, call: Call): Promise<RpcAnswer> {
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
    case 'rpc-error':
      return error(
        call,
        new RpcError(200, { code: fault.code, message: fault.message ?? 'error' }),
      );
    case 'node-error':
      return error(call, handlerError(fault.name, fault.info, fault.name));
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
    case 'crossed-reply':
      return crossedReply(fault, call);
    case 'other-transaction':
      return otherTransaction(fault, call);
    case 'include-invalid':
      return call.handle(call.request);
    default:
      return changedAnswer(fault, call);
  }
}

/** The node handles the request, and its answer is dropped. */
function letPass({ handle, request }: Call): void {
  handle(request).catch(() => undefined);
}

async function delay(fault: FaultOf<'delay'>, call: Call): Promise<RpcAnswer> {
  const early = fault.accept ? call.handle(call.request) : null;
  await new Promise<void>((resolve) => {
    call.setTimer(resolve, fault.delayMs);
  });
  return early ?? call.handle(call.request);
}

/** The current answer to an earlier request: the last one of the same method, else the last one at all. */
async function crossedReply(fault: FaultOf<'crossed-reply'>, call: Call): Promise<RpcAnswer> {
  const others = call.earlier.filter(({ request }) => !isSameQuestion(request, call.request));
  const other = others.findLast(({ method }) => method === call.request.method) ?? others.at(-1);
  if (other === undefined) return call.handle(call.request);
  const id = fault.id === 'own' ? other.request.id : call.id;
  return call.handle({ ...other.request, id });
}

function isSameQuestion(a: Readonly<Record<string, unknown>>, b: typeof a): boolean {
  return a.method === b.method && JSON.stringify(a.params) === JSON.stringify(b.params);
}

/** The outcome of another transaction: the named one, else the last one asked about that has an outcome. */
async function otherTransaction(
  fault: FaultOf<'other-transaction'>,
  call: Call,
): Promise<RpcAnswer> {
  const seen = new Map(call.earlier.map(({ subject }) => [subject.txHash, subject.accountIds[0]]));
  const hashes = fault.hash === undefined ? [...seen.keys()].reverse() : [fault.hash];
  for (const tx_hash of hashes) {
    if (tx_hash === '' || tx_hash === call.subject.txHash) continue;
    const sender_account_id = seen.get(tx_hash) ?? call.subject.accountIds[0];
    const answer = await call.handle({
      jsonrpc: '2.0',
      id: call.id,
      method: 'tx',
      params: { tx_hash, sender_account_id, wait_until: 'NONE' },
    });
    if (isObject(answer.body) && isObject(answer.body.result)) return answer;
  }
  return call.handle(call.request);
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
