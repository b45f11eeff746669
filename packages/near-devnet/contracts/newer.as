// What contracts can do since protocol version 85. AssemblyScript; its input is plain text or bytes.
import { host, input, inputBytes, promiseResult, returnRegister, returnText } from "./near";

// @ts-ignore: decorator
@external("env", "chain_id") declare function chain_id(register: u64): void;
// @ts-ignore: decorator
@external("env", "p256_verify") declare function p256_verify(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64): u64;
// @ts-ignore: decorator
@external("env", "promise_batch_action_add_gas_key_with_full_access") declare function add_gas_key(promise: u64, length: u64, pointer: u64, nonces: u64): void;
// @ts-ignore: decorator
@external("env", "promise_batch_action_add_gas_key_with_function_call") declare function add_call_key(promise: u64, length: u64, pointer: u64, nonces: u64, allowance: u64, a: u64, b: u64, c: u64, d: u64): void;
// @ts-ignore: decorator
@external("env", "promise_batch_action_transfer_to_gas_key") declare function fill_gas_key(promise: u64, length: u64, pointer: u64, amount: u64): void;
// @ts-ignore: decorator
@external("env", "promise_yield_create_with_id") declare function yield_with_id(a: u64, b: u64, c: u64, d: u64, amount: u64, gas: u64, weight: u64, idLength: u64, id: u64): u64;
// @ts-ignore: decorator
@external("env", "promise_yield_resume_with_yield_id") declare function resume_with_id(a: u64, b: u64, c: u64, d: u64): u32;

const TGAS: u64 = 1_000_000_000_000;

export function chain(): void {
  chain_id(1);
  returnRegister(1);
}

/** 64 bytes of signature, 33 of key, the digest. */
export function verify(): void {
  const bytes = inputBytes();
  const at = changetype<usize>(bytes);
  returnText(p256_verify(64, at, bytes.length - 97, at + 97, 33, at + 64).toString());
}

/** A key with its curve: adds it with three nonces and fills it; a second one, for calls of `chain`, takes its place below. */
export function add_keys(): void {
  const bytes = inputBytes();
  const at = changetype<usize>(bytes);
  host.current_account_id(1);
  const promise = host.promise_batch_create(u64.MAX_VALUE, 1);
  const amount = new StaticArray<u64>(2);
  add_gas_key(promise, 33, at, 3);
  amount[0] = 1_000_000_000_000_000_000;
  fill_gas_key(promise, 33, at, changetype<usize>(amount));
  amount[0] = 0;
  const method = String.UTF8.encode("chain");
  add_call_key(promise, 33, at + 33, 2, changetype<usize>(amount), u64.MAX_VALUE, 1, method.byteLength, changetype<usize>(method));
  host.promise_return(promise);
}

/** 32 bytes of a name: yields under it; returns `taken` if a promise waits under it already. */
export function sleep(): void {
  const id = inputBytes();
  const amount = new StaticArray<u64>(2);
  const method = String.UTF8.encode("told");
  const promise = yield_with_id(method.byteLength, changetype<usize>(method), 0, 0, changetype<usize>(amount), 20 * TGAS, 0, id.length, changetype<usize>(id));
  if (promise == u64.MAX_VALUE) returnText("taken");
  else host.promise_return(promise);
}

/** 32 bytes of a name, then the data to resume with. */
export function wake(): void {
  const bytes = inputBytes();
  const at = changetype<usize>(bytes);
  returnText(resume_with_id(32, at, bytes.length - 32, at + 32).toString());
}

export function told(): void {
  const result = promiseResult(0);
  returnText(result === null ? "failed" : result);
}
