import type { Hash } from '../bytes/hash.ts';
import { readAccountId } from './context-functions.ts';
import type { HostCall, HostFunctionTable } from './host-call.ts';
import { HostError } from './host-error.ts';
import { append, appendCall, burnBase, payForReceipt, readMethodName } from './promise-receipts.ts';

const cannotReturn = () =>
  new HostError('CannotReturnJointPromise', 'Returning joint promise is currently prohibited.');
const cannotSetRefundTo = () =>
  new HostError(
    'CannotSetRefundToOnJointPromise',
    'Can only set refund_to for a non-joint promise.',
  );

/** Host functions for promises: calls and batches of actions, callbacks, and results. */
export function addPromiseFunctions(table: HostFunctionTable, call: HostCall): void {
  addCreation(table, call);
  addResults(table, call);
  addYield(table, call);
  addResumption(table, call);
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
  const { environment, gas, memory, promises } = call;
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
  table.changing('promise_yield_create_with_id', 'jjjjjjjjj>j', (...parameters) => {
    const [nameLength = 0n, namePointer = 0n, length = 0n, pointer = 0n] = parameters;
    const [, , , , amount = 0n, callGas = 0n, weight = 0n] = parameters;
    const [, , , , , , , idLength = 0n, idPointer = 0n] = parameters;
    gas.pay('yield_create_with_id_base');
    const depositYocto = memory.readU128(amount);
    const { methodName, nameBytes } = readMethodName(call, nameLength, namePointer);
    const args = memory.read(pointer, length).slice();
    const yieldId = readYieldId(call, idLength, idPointer);
    gas.pay('yield_create_byte', nameBytes + args.length);
    const { contractId } = environment;
    if ((environment.dataIdOfYield(yieldId) ?? promises.dataIdOfYield(yieldId)) !== null)
      return -1n;
    payForReceipt(call, contractId, [contractId]);
    gas.pass({ sent: [], promised: Number(callGas) });
    const { promise } = promises.createYield(contractId, yieldId);
    const [receipt = 0] = promises.receiptsOf(BigInt(promise));
    append(call, receipt, { type: 'FunctionCall', methodName, args, gas: callGas, depositYocto });
    call.spend(depositYocto);
    promises.weigh(receipt, weight);
    return promise;
  });
}

function addResumption(table: HostFunctionTable, call: HostCall): void {
  const { environment, promises } = call;
  table.priced(
    'promise_yield_resume',
    'jjjj>i',
    (idLength = 0n, idPointer = 0n, length = 0n, pointer = 0n) => {
      const { id, data } = readResumption(call, [idLength, idPointer, length, pointer]);
      if (id.length !== 32) {
        throw new HostError('DataIdMalformed', 'yield resumption token is malformed');
      }
      return resume(call, Buffer.from(id).toString('hex'), data);
    },
  );
  table.priced(
    'promise_yield_resume_with_yield_id',
    'jjjj>i',
    (idLength = 0n, idPointer = 0n, length = 0n, pointer = 0n) => {
      const { id, data } = readResumption(call, [idLength, idPointer, length, pointer]);
      const yieldId = yieldIdOf(id);
      const dataId = environment.dataIdOfYield(yieldId) ?? promises.dataIdOfYield(yieldId);
      return dataId === null ? 0 : resume(call, dataId, data);
    },
  );
}

function readResumption(
  call: HostCall,
  [idLength, idPointer, length, pointer]: readonly [bigint, bigint, bigint, bigint],
): { id: Uint8Array; data: Uint8Array } {
  const { gas, memory, limits } = call;
  call.requireNoView('promise_submit_data');
  gas.pay('yield_resume_base');
  gas.pay('yield_resume_byte', Number(length));
  const id = memory.read(idPointer, idLength).slice();
  const data = memory.read(pointer, length).slice();
  const limit = limits.maxYieldPayload;
  if (data.length > limit) {
    throw new HostError(
      'YieldPayloadLength',
      `Yield resume payload is ${data.length} bytes which exceeds the ${limit} byte limit`,
      { length: data.length, limit },
    );
  }
  return { id, data };
}

/** 1 if a promise waited for the data. */
function resume({ environment, promises }: HostCall, dataId: Hash, data: Uint8Array): 0 | 1 {
  if (!environment.isYielded(dataId)) return promises.resumeOwn(dataId, data) ? 1 : 0;
  promises.resumed.push({ dataId, data, isResume: true });
  return 1;
}

function readYieldId({ memory }: HostCall, length: bigint, pointer: bigint): Hash {
  return yieldIdOf(memory.read(pointer, length));
}

function yieldIdOf(bytes: Uint8Array): Hash {
  if (bytes.length !== 32) throw new HostError('YieldIdMalformed', 'yield id is malformed');
  return Buffer.from(bytes).toString('hex');
}
