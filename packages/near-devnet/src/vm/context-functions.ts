import { isAccountId } from '../bytes/account-id.ts';
import type { HostCall, HostFunctionTable } from './host-call.ts';
import { badUtf8, HostError, invalidAccountId } from './host-error.ts';

const UNUSED_REGISTER = 2n ** 64n - 1n;
const text = (value: string) => Buffer.from(value);

/** Host functions for registers, and for facts of the account, the caller and the block. */
export function addContextFunctions(table: HostFunctionTable, call: HostCall): void {
  const { environment, memory } = call;
  table.priced('read_register', 'jj>', (id = 0n, pointer = 0n) => {
    memory.write(pointer, memory.register(id));
  });
  table.priced('register_len', 'j>j', (id = 0n) => memory.registerLength(id) ?? UNUSED_REGISTER);
  table.priced('write_register', 'jjj>', (id = 0n, length = 0n, pointer = 0n) => {
    memory.setRegister(id, memory.readMemory(pointer, length));
  });
  table.priced('current_account_id', 'j>', (register = 0n) => {
    memory.setRegister(register, text(environment.contractId));
  });
  table.priced('chain_id', 'j>', (register = 0n) => {
    memory.setRegister(register, text(environment.chainId));
  });
  table.changing('signer_account_id', 'j>', (register = 0n) => {
    memory.setRegister(register, text(environment.signerId));
  });
  table.changing('signer_account_pk', 'j>', (register = 0n) => {
    memory.setRegister(register, environment.signerPublicKey);
  });
  table.changing('predecessor_account_id', 'j>', (register = 0n) => {
    memory.setRegister(register, text(environment.predecessorId));
  });
  table.changing('refund_to_account_id', 'j>', (register = 0n) => {
    memory.setRegister(register, text(environment.refundToId));
  });
  table.priced('input', 'j>', (register = 0n) => {
    memory.setRegister(register, environment.input, true);
  });
  table.priced('current_contract_code', 'j>j', (register = 0n) => {
    const { kind, identifier } = environment.ownCode;
    if (kind !== 0) memory.setRegister(register, identifier);
    return kind;
  });
  table.priced('block_index', '>j', () => environment.block.height);
  table.priced('block_timestamp', '>j', () => environment.block.timestampNanos);
  table.priced('epoch_height', '>j', () => environment.block.epochHeight);
  table.priced('random_seed', 'j>', (register = 0n) => {
    memory.setRegister(register, environment.randomSeed);
  });
  addEconomics(table, call);
}

function addEconomics(table: HostFunctionTable, call: HostCall): void {
  const { environment, memory, gas } = call;
  table.priced('storage_usage', '>j', () => call.storageUsage);
  table.priced('account_balance', 'j>', (pointer = 0n) => {
    memory.writeU128(pointer, call.balanceYocto);
  });
  table.priced('account_locked_balance', 'j>', (pointer = 0n) => {
    memory.writeU128(pointer, environment.lockedYocto);
  });
  table.priced('attached_deposit', 'j>', (pointer = 0n) => {
    memory.writeU128(pointer, environment.depositYocto);
  });
  table.changing('prepaid_gas', '>j', () => environment.prepaidGas);
  table.changing('used_gas', '>j', () => gas.used);
  table.priced('validator_stake', 'jjj>', (length = 0n, pointer = 0n, stakePointer = 0n) => {
    const accountId = readAccountId(call, length, pointer);
    gas.pay('validator_stake_base');
    memory.writeU128(stakePointer, environment.stakeYocto(accountId));
  });
  table.priced('validator_total_stake', 'j>', (pointer = 0n) => {
    gas.pay('validator_total_stake_base');
    memory.writeU128(pointer, environment.stakeYocto(null));
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads an account id from memory or a register; throws for anything else. */
export function readAccountId({ memory, gas }: HostCall, length: bigint, pointer: bigint): string {
  const bytes = memory.read(pointer, length);
  gas.pay('utf8_decoding_base');
  gas.pay('utf8_decoding_byte', bytes.length);
  const id = decode(bytes);
  if (!isAccountId(id)) throw invalidAccountId();
  return id;
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (error instanceof HostError) throw error;
    throw badUtf8();
  }
}
