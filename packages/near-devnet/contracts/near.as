// The host functions that these contracts import, and helpers for them. AssemblyScript.

export namespace host {
  // @ts-ignore: decorator
  @external("env", "input") export declare function input(register: u64): void;
  // @ts-ignore: decorator
  @external("env", "read_register") export declare function read_register(register: u64, pointer: u64): void;
  // @ts-ignore: decorator
  @external("env", "register_len") export declare function register_len(register: u64): u64;
  // @ts-ignore: decorator
  @external("env", "value_return") export declare function value_return(length: u64, pointer: u64): void;
  // @ts-ignore: decorator
  @external("env", "panic_utf8") export declare function panic_utf8(length: u64, pointer: u64): void;
  // @ts-ignore: decorator
  @external("env", "log_utf8") export declare function log_utf8(length: u64, pointer: u64): void;
  // @ts-ignore: decorator
  @external("env", "current_account_id") export declare function current_account_id(register: u64): void;
  // @ts-ignore: decorator
  @external("env", "predecessor_account_id") export declare function predecessor_account_id(register: u64): void;
  // @ts-ignore: decorator
  @external("env", "signer_account_id") export declare function signer_account_id(register: u64): void;
  // @ts-ignore: decorator
  @external("env", "attached_deposit") export declare function attached_deposit(pointer: u64): void;
  // @ts-ignore: decorator
  @external("env", "account_balance") export declare function account_balance(pointer: u64): void;
  // @ts-ignore: decorator
  @external("env", "storage_usage") export declare function storage_usage(): u64;
  // @ts-ignore: decorator
  @external("env", "prepaid_gas") export declare function prepaid_gas(): u64;
  // @ts-ignore: decorator
  @external("env", "used_gas") export declare function used_gas(): u64;
  // @ts-ignore: decorator
  @external("env", "block_index") export declare function block_index(): u64;
  // @ts-ignore: decorator
  @external("env", "block_timestamp") export declare function block_timestamp(): u64;
  // @ts-ignore: decorator
  @external("env", "random_seed") export declare function random_seed(register: u64): void;
  // @ts-ignore: decorator
  @external("env", "sha256") export declare function sha256(length: u64, pointer: u64, register: u64): void;
  // @ts-ignore: decorator
  @external("env", "keccak256") export declare function keccak256(length: u64, pointer: u64, register: u64): void;
  // @ts-ignore: decorator
  @external("env", "ripemd160") export declare function ripemd160(length: u64, pointer: u64, register: u64): void;
  // @ts-ignore: decorator
  @external("env", "ed25519_verify") export declare function ed25519_verify(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64): u64;
  // @ts-ignore: decorator
  @external("env", "ecrecover") export declare function ecrecover(a: u64, b: u64, c: u64, d: u64, v: u64, flag: u64, register: u64): u64;
  // @ts-ignore: decorator
  @external("env", "alt_bn128_g1_sum") export declare function alt_bn128_g1_sum(length: u64, pointer: u64, register: u64): void;
  // @ts-ignore: decorator
  @external("env", "alt_bn128_g1_multiexp") export declare function alt_bn128_g1_multiexp(length: u64, pointer: u64, register: u64): void;
  // @ts-ignore: decorator
  @external("env", "alt_bn128_pairing_check") export declare function alt_bn128_pairing_check(length: u64, pointer: u64): u64;
  // @ts-ignore: decorator
  @external("env", "bls12381_p1_sum") export declare function bls12381_p1_sum(length: u64, pointer: u64, register: u64): u64;
  // @ts-ignore: decorator
  @external("env", "bls12381_g2_multiexp") export declare function bls12381_g2_multiexp(length: u64, pointer: u64, register: u64): u64;
  // @ts-ignore: decorator
  @external("env", "bls12381_map_fp_to_g1") export declare function bls12381_map_fp_to_g1(length: u64, pointer: u64, register: u64): u64;
  // @ts-ignore: decorator
  @external("env", "bls12381_map_fp2_to_g2") export declare function bls12381_map_fp2_to_g2(length: u64, pointer: u64, register: u64): u64;
  // @ts-ignore: decorator
  @external("env", "bls12381_p1_decompress") export declare function bls12381_p1_decompress(length: u64, pointer: u64, register: u64): u64;
  // @ts-ignore: decorator
  @external("env", "bls12381_p2_decompress") export declare function bls12381_p2_decompress(length: u64, pointer: u64, register: u64): u64;
  // @ts-ignore: decorator
  @external("env", "bls12381_pairing_check") export declare function bls12381_pairing_check(length: u64, pointer: u64): u64;
  // @ts-ignore: decorator
  @external("env", "storage_write") export declare function storage_write(keyLength: u64, key: u64, length: u64, pointer: u64, register: u64): u64;
  // @ts-ignore: decorator
  @external("env", "storage_read") export declare function storage_read(keyLength: u64, key: u64, register: u64): u64;
  // @ts-ignore: decorator
  @external("env", "storage_remove") export declare function storage_remove(keyLength: u64, key: u64, register: u64): u64;
  // @ts-ignore: decorator
  @external("env", "storage_has_key") export declare function storage_has_key(keyLength: u64, key: u64): u64;
  // @ts-ignore: decorator
  @external("env", "promise_create") export declare function promise_create(idLength: u64, id: u64, nameLength: u64, name: u64, length: u64, pointer: u64, amount: u64, gas: u64): u64;
  // @ts-ignore: decorator
  @external("env", "promise_then") export declare function promise_then(after: u64, idLength: u64, id: u64, nameLength: u64, name: u64, length: u64, pointer: u64, amount: u64, gas: u64): u64;
  // @ts-ignore: decorator
  @external("env", "promise_and") export declare function promise_and(pointer: u64, count: u64): u64;
  // @ts-ignore: decorator
  @external("env", "promise_batch_create") export declare function promise_batch_create(idLength: u64, id: u64): u64;
  // @ts-ignore: decorator
  @external("env", "promise_batch_then") export declare function promise_batch_then(after: u64, idLength: u64, id: u64): u64;
  // @ts-ignore: decorator
  @external("env", "promise_batch_action_create_account") export declare function promise_batch_action_create_account(promise: u64): void;
  // @ts-ignore: decorator
  @external("env", "promise_batch_action_transfer") export declare function promise_batch_action_transfer(promise: u64, amount: u64): void;
  // @ts-ignore: decorator
  @external("env", "promise_batch_action_deploy_contract") export declare function promise_batch_action_deploy_contract(promise: u64, length: u64, pointer: u64): void;
  // @ts-ignore: decorator
  @external("env", "promise_batch_action_function_call_weight") export declare function promise_batch_action_function_call_weight(promise: u64, nameLength: u64, name: u64, length: u64, pointer: u64, amount: u64, gas: u64, weight: u64): void;
  // @ts-ignore: decorator
  @external("env", "promise_batch_action_state_init_by_account_id") export declare function promise_batch_action_state_init_by_account_id(promise: u64, length: u64, pointer: u64, amount: u64): u64;
  // @ts-ignore: decorator
  @external("env", "set_state_init_data_entry") export declare function set_state_init_data_entry(promise: u64, action: u64, keyLength: u64, key: u64, length: u64, pointer: u64): void;
  // @ts-ignore: decorator
  @external("env", "promise_results_count") export declare function promise_results_count(): u64;
  // @ts-ignore: decorator
  @external("env", "promise_result") export declare function promise_result(index: u64, register: u64): u64;
  // @ts-ignore: decorator
  @external("env", "promise_return") export declare function promise_return(promise: u64): void;
  // @ts-ignore: decorator
  @external("env", "promise_yield_create") export declare function promise_yield_create(nameLength: u64, name: u64, length: u64, pointer: u64, gas: u64, weight: u64, register: u64): u64;
  // @ts-ignore: decorator
  @external("env", "promise_yield_resume") export declare function promise_yield_resume(idLength: u64, id: u64, length: u64, pointer: u64): u32;
}

const SCRATCH: u64 = 0;

export function registerBytes(register: u64): StaticArray<u8> {
  const bytes = new StaticArray<u8>(<i32>host.register_len(register));
  host.read_register(register, changetype<usize>(bytes));
  return bytes;
}

function registerText(register: u64): string {
  const bytes = registerBytes(register);
  return String.UTF8.decodeUnsafe(changetype<usize>(bytes), bytes.length);
}

export function input(): string {
  host.input(SCRATCH);
  return registerText(SCRATCH);
}

export function inputBytes(): StaticArray<u8> {
  host.input(SCRATCH);
  return registerBytes(SCRATCH);
}

export function currentAccountId(): string {
  host.current_account_id(SCRATCH);
  return registerText(SCRATCH);
}

export function predecessorId(): string {
  host.predecessor_account_id(SCRATCH);
  return registerText(SCRATCH);
}

export function returnText(text: string): void {
  const bytes = String.UTF8.encode(text);
  host.value_return(bytes.byteLength, changetype<usize>(bytes));
}

export function returnRegister(register: u64): void {
  host.value_return(u64.MAX_VALUE, register);
}

export function panic(text: string): void {
  const bytes = String.UTF8.encode(text);
  host.panic_utf8(bytes.byteLength, changetype<usize>(bytes));
}

export function log(text: string): void {
  const bytes = String.UTF8.encode(text);
  host.log_utf8(bytes.byteLength, changetype<usize>(bytes));
}

export function read(key: string): string | null {
  const bytes = String.UTF8.encode(key);
  const isThere = host.storage_read(bytes.byteLength, changetype<usize>(bytes), SCRATCH) == 1;
  return isThere ? registerText(SCRATCH) : null;
}

export function write(key: string, value: string): void {
  const name = String.UTF8.encode(key);
  const bytes = String.UTF8.encode(value);
  host.storage_write(name.byteLength, changetype<usize>(name), bytes.byteLength, changetype<usize>(bytes), SCRATCH);
}

export function remove(key: string): void {
  const bytes = String.UTF8.encode(key);
  host.storage_remove(bytes.byteLength, changetype<usize>(bytes), SCRATCH);
}

/** A call on another account; the amount is in yocto, below 2^64. */
export function call(accountId: string, method: string, args: string, amount: u64, gas: u64): u64 {
  const id = String.UTF8.encode(accountId);
  const name = String.UTF8.encode(method);
  const bytes = String.UTF8.encode(args);
  const deposit = StaticArray.fromArray<u64>([amount, 0]);
  return host.promise_create(
    id.byteLength, changetype<usize>(id), name.byteLength, changetype<usize>(name),
    bytes.byteLength, changetype<usize>(bytes), changetype<usize>(deposit), gas,
  );
}

/** A call on this account once another promise has ended. */
export function then(after: u64, method: string, args: string, gas: u64): u64 {
  const id = String.UTF8.encode(currentAccountId());
  const name = String.UTF8.encode(method);
  const bytes = String.UTF8.encode(args);
  const deposit = StaticArray.fromArray<u64>([0, 0]);
  return host.promise_then(
    after, id.byteLength, changetype<usize>(id), name.byteLength, changetype<usize>(name),
    bytes.byteLength, changetype<usize>(bytes), changetype<usize>(deposit), gas,
  );
}

export function transfer(accountId: string, low: u64, high: u64): void {
  const id = String.UTF8.encode(accountId);
  const promise = host.promise_batch_create(id.byteLength, changetype<usize>(id));
  const amount = StaticArray.fromArray<u64>([low, high]);
  host.promise_batch_action_transfer(promise, changetype<usize>(amount));
}

/** The result of what this call waited for, or null when it failed. */
export function promiseResult(index: u64): string | null {
  return host.promise_result(index, SCRATCH) == 1 ? registerText(SCRATCH) : null;
}
