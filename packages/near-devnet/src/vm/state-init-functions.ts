import type { Action } from '../rules/transaction.ts';
import { readAccountId } from './context-functions.ts';
import type { HostCall, HostFunctionTable } from './host-call.ts';
import { HostError } from './host-error.ts';
import { cannotAppend, payForAction } from './promise-receipts.ts';

type StateInit = Extract<Action, { type: 'DeterministicStateInit' }>;

/** Host functions that create deterministic accounts (NEP-616). */
export function addStateInitFunctions(table: HostFunctionTable, call: HostCall): void {
  const { memory } = call;
  table.changing(
    'promise_batch_action_state_init',
    'jjjj>j',
    (promise = 0n, length = 0n, pointer = 0n, amount = 0n) => {
      const identifier = memory.read(pointer, length).slice();
      if (identifier.length !== 32) {
        throw new HostError('ContractCodeHashMalformed', 'contract code hash is malformed');
      }
      return begin(call, promise, identifier, amount);
    },
  );
  table.changing(
    'promise_batch_action_state_init_by_account_id',
    'jjjj>j',
    (promise = 0n, length = 0n, pointer = 0n, amount = 0n) =>
      begin(call, promise, readAccountId(call, length, pointer), amount),
  );
  table.changing('set_state_init_data_entry', 'jjjjjj>', (...parameters) => {
    const [promise = 0n, index = 0n, keyLength = 0n, keyPointer = 0n] = parameters;
    const [, , , , length = 0n, pointer = 0n] = parameters;
    const receipt = call.promises.receiptOf(promise, cannotAppend);
    const key = memory.read(keyPointer, keyLength).slice();
    const value = memory.read(pointer, length).slice();
    payForEntry(call, receipt, key.length + value.length);
    const action = call.promises.action(receipt, index);
    if (action?.type !== 'DeterministicStateInit') throw invalidActionIndex(index);
    call.promises.replace(receipt, index, withEntry(action, key, value));
  });
}

function begin(
  call: HostCall,
  promise: bigint,
  identifier: Uint8Array | string,
  amountPointer: bigint,
): number {
  const depositYocto = call.memory.readU128(amountPointer);
  const receipt = call.promises.receiptOf(promise, cannotAppend);
  const action: StateInit = {
    type: 'DeterministicStateInit',
    identifier,
    data: [],
    depositYocto,
  };
  payForAction(call, receipt, action);
  call.spend(depositYocto);
  return call.promises.append(receipt, action);
}

function payForEntry({ environment, gas, promises }: HostCall, receipt: number, bytes: number) {
  const { stateInitPerEntry, stateInitPerByte } = environment.config.fees;
  const isSelf = promises.receiverOf(receipt) === environment.contractId;
  const side = isSelf ? 'sendSir' : 'sendNotSir';
  gas.pass({
    sent: [
      { fee: 'stateInitPerEntry', gas: Number(stateInitPerEntry[side]) },
      { fee: 'stateInitPerByte', gas: Number(stateInitPerByte[side]) * bytes },
    ],
    promised: Number(stateInitPerEntry.execution) + Number(stateInitPerByte.execution) * bytes,
  });
}

function withEntry(action: StateInit, key: Uint8Array, value: Uint8Array): StateInit {
  if (action.data.some(([other]) => Buffer.compare(other, key) === 0)) {
    throw new HostError('DataEntryAlreadyExists', 'The data entry has been set already');
  }
  const data = [...action.data, [key, value] as const].sort(([a], [b]) => Buffer.compare(a, b));
  return { ...action, data };
}

function invalidActionIndex(index: bigint): HostError {
  return new HostError('InvalidActionIndex', `${index} does not correspond to an existing action`, {
    action_index: index,
  });
}
