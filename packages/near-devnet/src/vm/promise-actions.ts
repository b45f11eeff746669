import { PUBLIC_KEY_LENGTHS, publicKeyText } from '../bytes/public-key.ts';
import type { Action } from '../rules/transaction.ts';
import { readAccountId } from './context-functions.ts';
import type { HostCall, HostFunctionTable } from './host-call.ts';
import { HostError, integerOverflow, invalidPublicKey } from './host-error.ts';
import { appendCall, cannotAppend, payForAction } from './promise-receipts.ts';

const MAX_U16 = 65_535n;

/** Adds a host function that appends one kind of action: its name without the prefix. */
type AddAction = (
  name: string,
  signature: `${string}>`,
  read: (...parameters: bigint[]) => Action,
) => void;

/** Host functions that append actions to a batch. */
export function addActionFunctions(table: HostFunctionTable, call: HostCall): void {
  const prefix = 'promise_batch_action_';
  const add: AddAction = (name, signature, read) => {
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
  addAccountActions(add, call);
  addKeyActions(add, call);
  addContractActions(add, call);
}

function addAccountActions(add: AddAction, call: HostCall): void {
  const { memory } = call;
  add('create_account', 'j>', () => ({ type: 'CreateAccount' }));
  add('transfer', 'jj>', (pointer = 0n) => ({
    type: 'Transfer',
    depositYocto: memory.readU128(pointer),
  }));
  add('stake', 'jjjj>', (amount = 0n, length = 0n, pointer = 0n) => ({
    type: 'Stake',
    stakeYocto: memory.readU128(amount),
    publicKey: readPublicKey(call, length, pointer),
  }));
  add('delete_account', 'jjj>', (length = 0n, pointer = 0n) => ({
    type: 'DeleteAccount',
    beneficiaryId: readAccountId(call, length, pointer),
  }));
}

function addKeyActions(add: AddAction, call: HostCall): void {
  add('add_key_with_full_access', 'jjjj>', (length = 0n, pointer = 0n, nonce = 0n) => ({
    type: 'AddKey',
    publicKey: readPublicKey(call, length, pointer),
    nonce,
    permission: { type: 'FullAccess' },
  }));
  add('add_key_with_function_call', 'jjjjjjjjj>', (...parameters) =>
    readFunctionCallKey(call, parameters),
  );
  add('transfer_to_gas_key', 'jjjj>', (length = 0n, pointer = 0n, amount = 0n) => ({
    type: 'TransferToGasKey',
    publicKey: readPublicKey(call, length, pointer),
    depositYocto: call.memory.readU128(amount),
  }));
  add('add_gas_key_with_full_access', 'jjjj>', (length = 0n, pointer = 0n, nonces = 0n) => ({
    type: 'AddKey',
    publicKey: readPublicKey(call, length, pointer),
    nonce: 0n,
    permission: { type: 'FullAccess' },
    gasKey: emptyGasKey(nonces),
  }));
  add('add_gas_key_with_function_call', 'jjjjjjjjj>', (...parameters) => ({
    ...readFunctionCallKey(call, parameters),
    nonce: 0n,
    gasKey: emptyGasKey(parameters[2] ?? 0n),
  }));
  add('delete_key', 'jjj>', (length = 0n, pointer = 0n) => ({
    type: 'DeleteKey',
    publicKey: readPublicKey(call, length, pointer),
  }));
}

function addContractActions(add: AddAction, call: HostCall): void {
  add('deploy_contract', 'jjj>', (length = 0n, pointer = 0n) => ({
    type: 'DeployContract',
    code: readCode(call, length, pointer),
  }));
  for (const [name, byAccountId] of [
    ['deploy_global_contract', false],
    ['deploy_global_contract_by_account_id', true],
  ] as const) {
    add(name, 'jjj>', (length = 0n, pointer = 0n) => ({
      type: 'DeployGlobalContract',
      code: readCode(call, length, pointer),
      byAccountId,
    }));
  }
  add('use_global_contract', 'jjj>', (length = 0n, pointer = 0n) => {
    const identifier = call.memory.read(pointer, length).slice();
    if (identifier.length !== 32) {
      throw new HostError('ContractCodeHashMalformed', 'contract code hash is malformed');
    }
    return { type: 'UseGlobalContract', identifier };
  });
  add('use_global_contract_by_account_id', 'jjj>', (length = 0n, pointer = 0n) => ({
    type: 'UseGlobalContract',
    identifier: readAccountId(call, length, pointer),
  }));
}

function appendPaid(call: HostCall, promise: bigint, action: Action): void {
  const receipt = call.promises.receiptOf(promise, cannotAppend);
  payForAction(call, receipt, action);
  if (action.type === 'Transfer' || action.type === 'TransferToGasKey') {
    call.spend(action.depositYocto);
  }
  call.promises.append(receipt, action);
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

function readFunctionCallKey(
  call: HostCall,
  parameters: readonly bigint[],
): Extract<Action, { type: 'AddKey' }> {
  const { memory } = call;
  const [keyLength = 0n, keyPointer = 0n, nonce = 0n, allowancePointer = 0n] = parameters;
  const [, , , , idLength = 0n, idPointer = 0n, namesLength = 0n, namesPointer = 0n] = parameters;
  const publicKey = readPublicKey(call, keyLength, keyPointer);
  const allowance = memory.readU128(allowancePointer);
  const receiverId = readAccountId(call, idLength, idPointer);
  const names = memory.read(namesPointer, namesLength);
  const text = Buffer.from(names).toString('utf8');
  const methodNames = text === '' ? [] : text.split(',');
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

/** The terms of a gas key that a contract adds: without a balance. */
function emptyGasKey(nonces: bigint) {
  if (nonces > MAX_U16) throw integerOverflow();
  return { noncesCount: Number(nonces), balanceYocto: 0n };
}
