import type { Hash } from '../bytes/hash.ts';
import { PUBLIC_KEY_LENGTHS, publicKeyText } from '../bytes/public-key.ts';
import { actionSendParts, executionGas } from '../rules/fees.ts';
import type { Fee } from '../rules/protocol-config.ts';
import type { Action } from '../rules/transaction.ts';
import { readAccountId } from './context-functions.ts';
import type { SentPart } from './gas-meter.ts';
import type { HostCall, HostFunctionTable } from './host-call.ts';
import { HostError, invalidPublicKey } from './host-error.ts';

export const cannotAppend = () =>
  new HostError(
    'CannotAppendActionToJointPromise',
    'Actions can only be appended to non-joint promise.',
  );
const cannotReturn = () =>
  new HostError('CannotReturnJointPromise', 'Returning joint promise is currently prohibited.');
const cannotSetRefundTo = () =>
  new HostError(
    'CannotSetRefundToOnJointPromise',
    'Can only set refund_to for a non-joint promise.',
  );
const utf8 = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

/** Promises: calls and batches of actions on other accounts, waiting for them, and their results. */
export function addPromiseFunctions(table: HostFunctionTable, call: HostCall): void {
  addCreation(table, call);
  addResults(table, call);
  addYield(table, call);
}

function addCreation(table: HostFunctionTable, call: HostCall): void {
  const { gas, memory, promises } = call;
  const create = (length: bigint, pointer: bigint): number => {
    burnBase(call, 'promise_batch_create');
    const receiverId = readAccountId(call, length, pointer);
    payForReceipt(call, receiverId, []);
    return promises.create(receiverId, []);
  };
  const then = (promise: bigint, length: bigint, pointer: bigint): number => {
    burnBase(call, 'promise_batch_then');
    const receiverId = readAccountId(call, length, pointer);
    const after = promises.receiptsOf(promise);
    payForReceipt(
      call,
      receiverId,
      after.map((receipt) => promises.receiverOf(receipt)),
    );
    return promises.create(receiverId, after);
  };
  table.free('promise_batch_create', 'jj>j', (length = 0n, pointer = 0n) =>
    create(length, pointer),
  );
  table.free('promise_batch_then', 'jjj>j', (promise = 0n, length = 0n, pointer = 0n) =>
    then(promise, length, pointer),
  );
  table.free('promise_create', 'jjjjjjjj>j', (length = 0n, pointer = 0n, ...rest) => {
    const promise = create(length, pointer);
    appendCall(call, BigInt(promise), rest);
    return promise;
  });
  table.free('promise_then', 'jjjjjjjjj>j', (after = 0n, length = 0n, pointer = 0n, ...rest) => {
    const promise = then(after, length, pointer);
    appendCall(call, BigInt(promise), rest);
    return promise;
  });
  table.changing('promise_and', 'jj>j', (pointer = 0n, count = 0n) => {
    gas.pay('promise_and_base');
    const length = count * 8n;
    gas.pay('promise_and_per_promise', Number(length));
    const bytes = Buffer.from(memory.readMemory(pointer, length));
    const joined = Array.from({ length: Number(count) }, (_, i) => bytes.readBigUInt64LE(i * 8));
    return promises.join(joined);
  });
  table.changing('promise_set_refund_to', 'jjj>', (promise = 0n, length = 0n, pointer = 0n) => {
    const refundToId = readAccountId(call, length, pointer);
    const receipt = promises.receipts[promises.receiptOf(promise, cannotSetRefundTo)];
    if (receipt !== undefined) receipt.refundToId = refundToId;
  });
}

function addResults(table: HostFunctionTable, call: HostCall): void {
  const { environment, gas, memory, promises } = call;
  table.changing('promise_results_count', '>j', () => environment.promiseResults.length);
  table.changing('promise_result', 'jj>j', (index = 0n, register = 0n) => {
    const result = environment.promiseResults[Number(index)];
    if (result === undefined) {
      throw new HostError(
        'InvalidPromiseResultIndex',
        `Accessed invalid promise result index: ${index}`,
        { result_idx: index },
      );
    }
    if (!result.ok) return 2;
    memory.setRegister(register, result.value, true);
    return 1;
  });
  table.priced('promise_return', 'j>', (promise = 0n) => {
    gas.pay('promise_return');
    call.requireNoView('promise_return');
    promises.returned = promises.receiptOf(promise, cannotReturn);
  });
}

function addYield(table: HostFunctionTable, call: HostCall): void {
  const { environment, gas, memory, promises, limits } = call;
  table.changing(
    'promise_yield_create',
    'jjjjjjj>j',
    (
      nameLength = 0n,
      namePointer = 0n,
      length = 0n,
      pointer = 0n,
      callGas = 0n,
      weight = 0n,
      register = 0n,
    ) => {
      gas.pay('yield_create_base');
      const { methodName, nameBytes } = readMethodName(call, nameLength, namePointer);
      const args = memory.read(pointer, length).slice();
      gas.pay('yield_create_byte', nameBytes + args.length);
      gas.pass({ sent: [], promised: Number(callGas) });
      const { contractId } = environment;
      payForReceipt(call, contractId, [contractId]);
      const { promise, dataId } = promises.createYield(contractId);
      const [receipt = 0] = promises.receiptsOf(BigInt(promise));
      append(call, receipt, {
        type: 'FunctionCall',
        methodName,
        args,
        gas: callGas,
        depositYocto: 0n,
      });
      promises.weigh(receipt, weight);
      memory.setRegister(register, Buffer.from(dataId, 'hex'));
      return promise;
    },
  );
  table.priced(
    'promise_yield_resume',
    'jjjj>i',
    (idLength = 0n, idPointer = 0n, length = 0n, pointer = 0n) => {
      call.requireNoView('promise_submit_data');
      gas.pay('yield_resume_base');
      gas.pay('yield_resume_byte', Number(length));
      const id = memory.read(idPointer, idLength);
      const data = memory.read(pointer, length).slice();
      const limit = limits.maxYieldPayload;
      if (data.length > limit) {
        throw new HostError(
          'YieldPayloadLength',
          `Yield resume payload is ${data.length} bytes which exceeds the ${limit} byte limit`,
          { length: data.length, limit },
        );
      }
      if (id.length !== 32) {
        throw new HostError('DataIdMalformed', 'yield resumption token is malformed');
      }
      const dataId: Hash = Buffer.from(id).toString('hex');
      if (!environment.isYielded(dataId)) return promises.resumeOwn(dataId, data) ? 1 : 0;
      promises.resumed.push({ dataId, data, isResume: true });
      return 1;
    },
  );
}

/** The actions a batch may hold. */
export function addActionFunctions(table: HostFunctionTable, call: HostCall): void {
  const { memory } = call;
  const prefix = 'promise_batch_action_';
  const action = (
    name: string,
    signature: `${string}>`,
    read: (...parameters: bigint[]) => Action,
  ) => {
    table.changing(prefix + name, signature, (promise = 0n, ...parameters) => {
      const wanted = read(...parameters);
      appendPaid(call, promise, wanted);
    });
  };
  table.free(`${prefix}function_call`, 'jjjjjjj>', (promise = 0n, ...rest) => {
    appendCall(call, promise, rest);
  });
  table.free(`${prefix}function_call_weight`, 'jjjjjjjj>', (promise = 0n, ...rest) => {
    appendCall(call, promise, rest);
  });
  action('create_account', 'j>', () => ({ type: 'CreateAccount' }));
  action('deploy_contract', 'jjj>', (length = 0n, pointer = 0n) => ({
    type: 'DeployContract',
    code: readCode(call, length, pointer),
  }));
  action('transfer', 'jj>', (pointer = 0n) => ({
    type: 'Transfer',
    depositYocto: memory.readU128(pointer),
  }));
  action('stake', 'jjjj>', (amount = 0n, length = 0n, pointer = 0n) => ({
    type: 'Stake',
    stakeYocto: memory.readU128(amount),
    publicKey: readPublicKey(call, length, pointer),
  }));
  action('add_key_with_full_access', 'jjjj>', (length = 0n, pointer = 0n, nonce = 0n) => ({
    type: 'AddKey',
    publicKey: readPublicKey(call, length, pointer),
    nonce,
    permission: { type: 'FullAccess' },
  }));
  action('add_key_with_function_call', 'jjjjjjjjj>', (...parameters) =>
    readFunctionCallKey(call, parameters),
  );
  action('delete_key', 'jjj>', (length = 0n, pointer = 0n) => ({
    type: 'DeleteKey',
    publicKey: readPublicKey(call, length, pointer),
  }));
  action('delete_account', 'jjj>', (length = 0n, pointer = 0n) => ({
    type: 'DeleteAccount',
    beneficiaryId: readAccountId(call, length, pointer),
  }));
  for (const [name, byAccountId] of [
    ['deploy_global_contract', false],
    ['deploy_global_contract_by_account_id', true],
  ] as const) {
    action(name, 'jjj>', (length = 0n, pointer = 0n) => ({
      type: 'DeployGlobalContract',
      code: readCode(call, length, pointer),
      byAccountId,
    }));
  }
  action('use_global_contract', 'jjj>', (length = 0n, pointer = 0n) => {
    const identifier = memory.read(pointer, length).slice();
    if (identifier.length !== 32) {
      throw new HostError('ContractCodeHashMalformed', 'contract code hash is malformed');
    }
    return { type: 'UseGlobalContract', identifier };
  });
  action('use_global_contract_by_account_id', 'jjj>', (length = 0n, pointer = 0n) => ({
    type: 'UseGlobalContract',
    identifier: readAccountId(call, length, pointer),
  }));
}

function burnBase(call: HostCall, name: string): void {
  call.gas.pay('base');
  call.requireNoView(name);
}

/** `method name, arguments, amount, gas` and perhaps a weight, as the function call functions take them. */
function appendCall(call: HostCall, promise: bigint, parameters: readonly bigint[]): void {
  const { gas, memory, promises } = call;
  const [nameLength = 0n, namePointer = 0n, length = 0n, pointer = 0n] = parameters;
  const [, , , , amountPointer = 0n, callGas = 0n, weight = 0n] = parameters;
  burnBase(call, 'promise_batch_action_function_call');
  const depositYocto = memory.readU128(amountPointer);
  const { methodName } = readMethodName(call, nameLength, namePointer);
  const args = memory.read(pointer, length).slice();
  const receipt = promises.receiptOf(promise, cannotAppend);
  const action: Action = { type: 'FunctionCall', methodName, args, gas: callGas, depositYocto };
  payForAction(call, receipt, action);
  gas.pass({ sent: [], promised: Number(callGas) });
  call.spend(depositYocto);
  promises.append(receipt, action);
  promises.weigh(receipt, weight);
}

function appendPaid(call: HostCall, promise: bigint, action: Action): void {
  const receipt = call.promises.receiptOf(promise, cannotAppend);
  payForAction(call, receipt, action);
  if (action.type === 'Transfer') call.spend(action.depositYocto);
  call.promises.append(receipt, action);
}

function append(call: HostCall, receipt: number, action: Action): void {
  payForAction(call, receipt, action);
  call.promises.append(receipt, action);
}

export function payForAction(
  { environment, gas, promises }: HostCall,
  receipt: number,
  action: Action,
) {
  const { config, contractId } = environment;
  const receiverId = promises.receiverOf(receipt);
  const isSelf = receiverId === contractId;
  gas.pass({
    sent: actionSendParts(config, action, { isSelf, receiverId }),
    promised: Number(executionGas(config, action, receiverId)),
  });
}

/** A new receipt, and the results it waits for: those are burnt at once, sending and executing. */
function payForReceipt(
  { environment, gas }: HostCall,
  receiverId: string,
  awaited: readonly string[],
): void {
  const { fees } = environment.config;
  const send = (fee: Fee, isSelf: boolean) => Number(isSelf ? fee.sendSir : fee.sendNotSir);
  const isSelf = receiverId === environment.contractId;
  const sent: SentPart[] = [{ fee: 'actionReceipt', gas: send(fees.actionReceipt, isSelf) }];
  for (const other of awaited) {
    const base = fees.dataReceiptBase;
    const data = send(base, other === receiverId) + Number(base.execution);
    sent.push({ fee: 'dataReceiptBase', gas: data });
  }
  gas.pass({ sent, promised: Number(fees.actionReceipt.execution) });
}

function readMethodName({ memory }: HostCall, length: bigint, pointer: bigint) {
  const bytes = memory.read(pointer, length);
  if (bytes.length === 0) {
    throw new HostError('EmptyMethodName', 'Tried to call an empty method name.');
  }
  return { methodName: utf8(bytes), nameBytes: bytes.length };
}

function readCode({ memory, environment }: HostCall, length: bigint, pointer: bigint): Uint8Array {
  const code = memory.read(pointer, length).slice();
  const limit = environment.config.maxContractSize;
  if (code.length <= limit) return code;
  const size = code.length;
  throw new HostError(
    'ContractSizeExceeded',
    `The size of a contract code in DeployContract action ${size} exceeds the limit ${limit}`,
    { size, limit },
  );
}

function readPublicKey({ memory }: HostCall, length: bigint, pointer: bigint): string {
  const bytes = memory.read(pointer, length);
  const curve = bytes[0] ?? -1;
  if (PUBLIC_KEY_LENGTHS[curve] !== bytes.length - 1) throw invalidPublicKey();
  return publicKeyText(curve, bytes.subarray(1));
}

function readFunctionCallKey(call: HostCall, parameters: readonly bigint[]): Action {
  const { memory } = call;
  const [keyLength = 0n, keyPointer = 0n, nonce = 0n, allowancePointer = 0n] = parameters;
  const [, , , , idLength = 0n, idPointer = 0n, namesLength = 0n, namesPointer = 0n] = parameters;
  const publicKey = readPublicKey(call, keyLength, keyPointer);
  const allowance = memory.readU128(allowancePointer);
  const receiverId = readAccountId(call, idLength, idPointer);
  const names = memory.read(namesPointer, namesLength);
  const methodNames = names.length === 0 ? [] : utf8(names).split(',');
  if (methodNames.some((name) => name === '')) {
    throw new HostError('EmptyMethodName', 'Tried to call an empty method name.');
  }
  const allowanceYocto = allowance > 0n ? allowance : null;
  return {
    type: 'AddKey',
    publicKey,
    nonce,
    permission: { type: 'FunctionCall', allowanceYocto, receiverId, methodNames },
  };
}
