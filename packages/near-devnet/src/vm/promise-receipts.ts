import { actionSendParts, executionGas } from '../rules/fees.ts';
import type { Fee } from '../rules/protocol-config.ts';
import type { Action } from '../rules/transaction.ts';
import type { SentPart } from './gas-meter.ts';
import type { HostCall } from './host-call.ts';
import { HostError } from './host-error.ts';

export const cannotAppend = () =>
  new HostError(
    'CannotAppendActionToJointPromise',
    'Actions can only be appended to non-joint promise.',
  );

/** Burns the base cost of a host function that is prohibited in a view. */
export function burnBase(call: HostCall, name: string): void {
  call.gas.pay('base');
  call.requireNoView(name);
}

/** Adds an action to a receipt and pays for it. */
export function append(call: HostCall, receipt: number, action: Action): void {
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

/** Pays for a new receipt and for the data it waits for; the latter's fees are burnt at once. */
export function payForReceipt(
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

/** `method name, arguments, amount, gas` and an optional weight, the parameters of the function call functions. */
export function appendCall(call: HostCall, promise: bigint, parameters: readonly bigint[]): void {
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

export function readMethodName({ memory }: HostCall, length: bigint, pointer: bigint) {
  const bytes = memory.read(pointer, length);
  if (bytes.length === 0) {
    throw new HostError('EmptyMethodName', 'Tried to call an empty method name.');
  }
  return { methodName: utf8(bytes), nameBytes: bytes.length };
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
