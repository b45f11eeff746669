// A contract for tests that does what its caller requests, good and bad. AssemblyScript; its input is plain text.
import {
  call, currentAccountId, host, input, inputBytes, log, panic, predecessorId, promiseResult, read, registerBytes,
  remove, returnRegister, returnText, then, transfer, write,
} from "./near";

const TGAS: u64 = 1_000_000_000_000;

export function echo(): void {
  host.input(3);
  returnRegister(3);
}

export function put(): void {
  const pair = input().split("=");
  write(pair[0], pair[1]);
}

export function get(): void {
  const value = read(input());
  returnText(value === null ? "nothing" : value);
}

export function cut(): void {
  remove(input());
}

/** Writes the given number of values. */
export function put_many(): void {
  const count = I32.parseInt(input());
  for (let i = 0; i < count; i++) write("many" + i.toString(), "value of some length");
}

export function facts(): void {
  const deposit = new StaticArray<u64>(2);
  host.attached_deposit(changetype<usize>(deposit));
  returnText(
    [
      currentAccountId(), predecessorId(), host.block_index().toString(), deposit[0].toString(),
      host.prepaid_gas().toString(), (host.used_gas() > 0).toString(),
    ].join(" "),
  );
}

export function seed(): void {
  host.random_seed(2);
  returnRegister(2);
}

export function hashes(): void {
  const bytes = inputBytes();
  host.sha256(bytes.length, changetype<usize>(bytes), 1);
  host.keccak256(bytes.length, changetype<usize>(bytes), 2);
  host.ripemd160(bytes.length, changetype<usize>(bytes), 3);
  const all = StaticArray.concat<u8>(StaticArray.concat<u8>(registerBytes(1), registerBytes(2)), registerBytes(3));
  host.value_return(all.length, changetype<usize>(all));
}

/** 64 bytes of signature, 32 of key, the message. */
export function verify(): void {
  const bytes = inputBytes();
  const at = changetype<usize>(bytes);
  returnText(host.ed25519_verify(64, at, bytes.length - 96, at + 96, 32, at + 64).toString());
}

/** A byte for the key to recover, 32 bytes of hash, 64 of signature. */
export function recover(): void {
  const bytes = inputBytes();
  const at = changetype<usize>(bytes);
  const found = host.ecrecover(32, at + 1, 64, at + 33, bytes[0], 0, 5);
  if (found == 1) returnRegister(5);
}

export function say(): void {
  log(input());
}

export function say_much(): void {
  const text = input();
  for (let i = 0; i < 101; i++) log(text);
}

export function fail(): void {
  write("never", "kept");
  panic(input());
}

export function assertion(): void {
  assert(false, "asserted");
}

export function spin(): void {
  // Written where the compiler cannot see that nothing comes of it.
  while (load<i32>(4) != 12345) store<i32>(8, load<i32>(8) + 1);
}

function depth(count: i32): i32 {
  return count == -1 ? 0 : depth(count + 1) + load<i32>(8);
}

export function dive(): void {
  returnText(depth(0).toString());
}

export function bomb(): void {
  while (memory.grow(1) >= 0) {}
  returnText(memory.size().toString());
}

export function trap(): void {
  unreachable();
}

export function divide(): void {
  returnText((1 / load<i32>(4)).toString());
}

export function overrun(): void {
  returnText(load<i32>(0xfffffff0).toString());
}

export function host_overrun(): void {
  host.value_return(100, 0xfffffff0);
}

/** `account method arguments`: calls it, and `told` returns the result. */
export function ask(): void {
  const words = input().split(" ");
  const asked = call(words[0], words[1], words[2], 0, 20 * TGAS);
  host.promise_return(then(asked, "told", "", 10 * TGAS));
}

/** Asks two accounts at once: `account account method arguments`. */
export function ask_both(): void {
  const words = input().split(" ");
  const both = StaticArray.fromArray<u64>([
    call(words[0], words[2], words[3], 0, 20 * TGAS),
    call(words[1], words[2], words[3], 0, 20 * TGAS),
  ]);
  const joined = host.promise_and(changetype<usize>(both), 2);
  host.promise_return(then(joined, "told", "", 10 * TGAS));
}

export function told(): void {
  const parts: string[] = [];
  for (let i: u64 = 0; i < host.promise_results_count(); i++) {
    const result = promiseResult(i);
    parts.push(result === null ? "failed" : result);
  }
  returnText(parts.join(","));
}

/** Calls itself with all gas that is left. */
export function pass_gas(): void {
  const id = String.UTF8.encode(currentAccountId());
  const name = String.UTF8.encode("gas_given");
  const nothing = StaticArray.fromArray<u64>([0, 0]);
  const promise = host.promise_batch_create(id.byteLength, changetype<usize>(id));
  host.promise_batch_action_function_call_weight(
    promise, name.byteLength, changetype<usize>(name), 0, 0, changetype<usize>(nothing), 0, 1,
  );
  host.promise_return(promise);
}

export function gas_given(): void {
  returnText(host.prepaid_gas().toString());
}

/** Pays an account so many yocto. */
export function pay(): void {
  const words = input().split(" ");
  transfer(words[0], U64.parseInt(words[1]), 0);
}

/** A sub-account with money and the code that is given. */
export function spawn(): void {
  host.input(1);
  const id = String.UTF8.encode("child." + currentAccountId());
  const promise = host.promise_batch_create(id.byteLength, changetype<usize>(id));
  const amount = StaticArray.fromArray<u64>([0, 1_000_000]);
  host.promise_batch_action_create_account(promise);
  host.promise_batch_action_transfer(promise, changetype<usize>(amount));
  host.promise_batch_action_deploy_contract(promise, u64.MAX_VALUE, 1);
}

/** Yields until `wake` is called. */
export function sleep(): void {
  const name = String.UTF8.encode("told");
  const promise = host.promise_yield_create(name.byteLength, changetype<usize>(name), 0, 0, 20 * TGAS, 0, 7);
  const key = String.UTF8.encode("sleeper");
  host.storage_write(key.byteLength, changetype<usize>(key), u64.MAX_VALUE, 7, 8);
  host.promise_return(promise);
}

export function wake(): void {
  const key = String.UTF8.encode("sleeper");
  host.storage_read(key.byteLength, changetype<usize>(key), 7);
  host.input(9);
  const payload = registerBytes(9);
  const found = host.promise_yield_resume(u64.MAX_VALUE, 7, payload.length, changetype<usize>(payload));
  returnText(found.toString());
}

export function takes_a_number(count: i32): void {
  log(count.toString());
}

/** A program, one word a step: `put:key:value cut:key say:text work:count float:count pay:count call:count fail trap`. */
export function program(): void {
  const steps = input().split(" ");
  for (let i = 0; i < steps.length; i++) step(steps[i].split(":"), steps, i);
}

function step(words: string[], steps: string[], at: i32): void {
  const name = words[0];
  if (name == "put") write(words[1], words[2]);
  else if (name == "cut") remove(words[1]);
  else if (name == "say") log(words[1] + "=" + (read(words[1]) || "nothing")!);
  else if (name == "work") work(I32.parseInt(words[1]));
  else if (name == "float") float(I32.parseInt(words[1]));
  else if (name == "pay") transfer(predecessorId(), U64.parseInt(words[1]), 0);
  else if (name == "call") {
    const rest = steps.slice(at + 1).join(" ");
    const asked = call(currentAccountId(), "program", rest, 0, host.prepaid_gas() / 4);
    then(asked, "told", "", 5 * TGAS);
  } else if (name == "fail") panic("failed");
  else if (name == "trap") unreachable();
}

/** Floats that become NaN on the way; writes their bits. */
function float(count: i32): void {
  let wide: f64 = count;
  let narrow: f32 = <f32>count;
  for (let i = 0; i < count; i++) {
    wide = sqrt(wide - 100.5) / (wide - wide);
    narrow = <f32>wide * <f32>i - narrow;
  }
  write("float", reinterpret<i64>(wide).toString() + " " + reinterpret<i32>(narrow).toString());
}

function work(count: i32): void {
  let sum: u64 = host.block_timestamp();
  for (let i = 0; i < count; i++) sum = sum * 6364136223846793005 + 1442695040888963407;
  write("work", sum.toString());
}

/** Iterates a loop the given number of times. */
export function turns(): void {
  const count = I32.parseInt(input());
  for (let i = 0; i < count; i++) store<i32>(8, load<i32>(8) + i);
}

export function bn_sum(): void {
  const bytes = inputBytes();
  host.alt_bn128_g1_sum(bytes.length, changetype<usize>(bytes), 1);
  returnRegister(1);
}

export function bn_multiply(): void {
  const bytes = inputBytes();
  host.alt_bn128_g1_multiexp(bytes.length, changetype<usize>(bytes), 1);
  returnRegister(1);
}

export function bn_pair(): void {
  const bytes = inputBytes();
  returnText(host.alt_bn128_pairing_check(bytes.length, changetype<usize>(bytes)).toString());
}

/** An account of the given id with the code that this contract's account published, and two entries. */
export function derive(): void {
  const id = String.UTF8.encode(input());
  const publisher = String.UTF8.encode(currentAccountId());
  const nothing = StaticArray.fromArray<u64>([0, 0]);
  const promise = host.promise_batch_create(id.byteLength, changetype<usize>(id));
  const action = host.promise_batch_action_state_init_by_account_id(
    promise, publisher.byteLength, changetype<usize>(publisher), changetype<usize>(nothing),
  );
  entry(promise, action, "b", "2");
  entry(promise, action, "a", "1");
  host.promise_return(promise);
}

function entry(promise: u64, action: u64, key: string, value: string): void {
  const name = String.UTF8.encode(key);
  const bytes = String.UTF8.encode(value);
  host.set_state_init_data_entry(
    promise, action, name.byteLength, changetype<usize>(name), bytes.byteLength, changetype<usize>(bytes),
  );
}

/** A byte that names the function, and its input; the status alone where there is no result. */
export function bls(): void {
  const bytes = inputBytes();
  const at: u64 = changetype<usize>(bytes) + 1;
  const length: u64 = bytes.length - 1;
  let status: u64 = 0;
  switch (bytes[0]) {
    case 0: status = host.bls12381_p1_sum(length, at, 1); break;
    case 1: status = host.bls12381_g2_multiexp(length, at, 1); break;
    case 2: status = host.bls12381_map_fp_to_g1(length, at, 1); break;
    case 3: status = host.bls12381_map_fp2_to_g2(length, at, 1); break;
    case 4: status = host.bls12381_p1_decompress(length, at, 1); break;
    case 5: status = host.bls12381_p2_decompress(length, at, 1); break;
    default: status = 10 + host.bls12381_pairing_check(length, at);
  }
  if (status == 0) returnRegister(1);
  else returnText(status.toString());
}
