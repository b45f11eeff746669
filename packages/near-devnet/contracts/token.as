// A fungible token by NEP-141, NEP-145 and NEP-148, with which tests compare the built-in one. AssemblyScript.
import { isTrue, quoted, textField } from "./json";
import {
  currentAccountId, host, input, log, panic, predecessorId, promiseResult, read, remove, returnText, then, transfer,
  write,
} from "./near";
import { U128 } from "./u128";

const TGAS: u64 = 1_000_000_000_000;
const GAS_FOR_TRANSFER_CALL: u64 = 30 * TGAS;
const GAS_FOR_RESOLVE: u64 = 5 * TGAS;
const DEPOSIT = "1250000000000000000000";
const SUPPLY = "supply";

/** `{owner_id, total_supply}` */
export function init(): void {
  const args = input();
  if (read(SUPPLY) !== null) panic("The contract has already been initialized");
  const supply = requireAmount(args, "total_supply");
  write(SUPPLY, supply.toString());
  setBalance(requireText(args, "owner_id"), supply);
}

export function ft_total_supply(): void {
  returnText(quoted(read(SUPPLY)!));
}

export function ft_balance_of(): void {
  const balance = balanceOf(requireText(input(), "account_id"));
  returnText(quoted(balance === null ? "0" : balance.toString()));
}

export function ft_metadata(): void {
  returnText(
    '{"spec":"ft-1.0.0","name":"Test token","symbol":"TEST","icon":null,"reference":null,"reference_hash":null,"decimals":6}',
  );
}

export function ft_transfer(): void {
  const args = input();
  const receiverId = requireText(args, "receiver_id");
  const amount = requireAmount(args, "amount");
  requireOneYocto();
  move(predecessorId(), receiverId, amount, textField(args, "memo"));
}

export function ft_transfer_call(): void {
  const args = input();
  const receiverId = requireText(args, "receiver_id");
  const amount = requireAmount(args, "amount");
  const message = requireText(args, "msg");
  requireOneYocto();
  if (host.prepaid_gas() <= GAS_FOR_TRANSFER_CALL) panic("More gas is required");
  const senderId = predecessorId();
  move(senderId, receiverId, amount, textField(args, "memo"));
  const asked = onTransfer(receiverId, senderId, amount, message);
  const rest = '{"sender_id":' + quoted(senderId) + ',"receiver_id":' + quoted(receiverId) + ',"amount":"' + amount.toString() + '"}';
  host.promise_return(then(asked, "ft_resolve_transfer", rest, GAS_FOR_RESOLVE));
}

export function ft_resolve_transfer(): void {
  if (predecessorId() != currentAccountId()) panic("Method ft_resolve_transfer is private");
  const args = input();
  const senderId = requireText(args, "sender_id");
  const receiverId = requireText(args, "receiver_id");
  const amount = requireAmount(args, "amount");
  const receiverBalance = orZero(balanceOf(receiverId));
  const unused = lesser(unusedAmount(amount), receiverBalance);
  if (unused.isZero) {
    returnText(quoted(amount.toString()));
    return;
  }
  setBalance(receiverId, receiverBalance.minus(unused));
  const senderBalance = balanceOf(senderId);
  if (senderBalance === null) {
    write(SUPPLY, U128.parse(read(SUPPLY)!)!.minus(unused).toString());
    log("The account of the sender was deleted");
    event("ft_burn", '"owner_id":' + quoted(receiverId) + ',"amount":"' + unused.toString() + '","memo":"refund"');
    returnText(quoted(amount.toString()));
    return;
  }
  setBalance(senderId, senderBalance.plus(unused));
  transferEvent(receiverId, senderId, unused, "refund");
  returnText(quoted(amount.minus(unused).toString()));
}

export function storage_balance_bounds(): void {
  returnText('{"min":"' + DEPOSIT + '","max":"' + DEPOSIT + '"}');
}

export function storage_balance_of(): void {
  returnText(storageBalance(requireText(input(), "account_id")));
}

export function storage_deposit(): void {
  const args = input();
  const named = textField(args, "account_id");
  const ownerId = named === null ? predecessorId() : named;
  let refund = attachedDeposit();
  if (balanceOf(ownerId) !== null) {
    log("The account is already registered, refunding the deposit");
  } else {
    const price = U128.parse(DEPOSIT)!;
    if (refund.lessThan(price)) panic("The attached deposit is less than the minimum storage balance");
    setBalance(ownerId, U128.ZERO);
    refund = refund.minus(price);
  }
  payBack(refund);
  returnText(storageBalance(ownerId));
}

export function storage_withdraw(): void {
  const wanted = textField(input(), "amount");
  requireOneYocto();
  if (balanceOf(predecessorId()) === null) panic(notRegistered(predecessorId()));
  if (wanted !== null && !U128.parse(wanted)!.isZero) {
    panic("The amount is greater than the available storage balance");
  }
  returnText(storageBalance(predecessorId()));
}

export function storage_unregister(): void {
  const isForced = isTrue(input(), "force");
  requireOneYocto();
  const ownerId = predecessorId();
  const balance = balanceOf(ownerId);
  if (balance === null) {
    log(notRegistered(ownerId));
    returnText("false");
    return;
  }
  if (!balance.isZero && !isForced) panic("Can't unregister the account with the positive balance without force");
  remove(balanceKey(ownerId));
  write(SUPPLY, U128.parse(read(SUPPLY)!)!.minus(balance).toString());
  log("Closed @" + ownerId + " with " + balance.toString());
  payBack(U128.parse(DEPOSIT)!.plus(new U128(1, 0)));
  returnText("true");
}

function onTransfer(receiverId: string, senderId: string, amount: U128, message: string): u64 {
  const id = String.UTF8.encode(receiverId);
  const name = String.UTF8.encode("ft_on_transfer");
  const args = String.UTF8.encode(
    '{"sender_id":' + quoted(senderId) + ',"amount":"' + amount.toString() + '","msg":' + quoted(message) + "}",
  );
  const nothing = StaticArray.fromArray<u64>([0, 0]);
  const promise = host.promise_batch_create(id.byteLength, changetype<usize>(id));
  // All gas that is left goes to the receiver.
  host.promise_batch_action_function_call_weight(
    promise, name.byteLength, changetype<usize>(name), args.byteLength, changetype<usize>(args),
    changetype<usize>(nothing), GAS_FOR_TRANSFER_CALL - GAS_FOR_RESOLVE, 1,
  );
  return promise;
}

function unusedAmount(amount: U128): U128 {
  const result = promiseResult(0);
  if (result === null || result.length < 3 || result.charCodeAt(0) != 34) return amount;
  const value = U128.parse(result.substring(1, result.length - 1));
  return value === null ? amount : lesser(value, amount);
}

function move(senderId: string, receiverId: string, amount: U128, memo: string | null): void {
  if (senderId == receiverId) panic("Sender and receiver should be different");
  if (amount.isZero) panic("The amount should be a positive number");
  const senderBalance = requireBalance(senderId);
  if (senderBalance.lessThan(amount)) panic("The account doesn't have enough balance");
  setBalance(senderId, senderBalance.minus(amount));
  setBalance(receiverId, requireBalance(receiverId).plus(amount));
  transferEvent(senderId, receiverId, amount, memo);
}

function transferEvent(oldOwnerId: string, newOwnerId: string, amount: U128, memo: string | null): void {
  const end = memo === null ? "" : ',"memo":' + quoted(memo);
  event(
    "ft_transfer",
    '"old_owner_id":' + quoted(oldOwnerId) + ',"new_owner_id":' + quoted(newOwnerId) + ',"amount":"' + amount.toString() + '"' + end,
  );
}

function event(name: string, data: string): void {
  log('EVENT_JSON:{"standard":"nep141","version":"1.0.0","event":"' + name + '","data":[{' + data + "}]}");
}

function storageBalance(ownerId: string): string {
  return balanceOf(ownerId) === null ? "null" : '{"total":"' + DEPOSIT + '","available":"0"}';
}

function payBack(amount: U128): void {
  if (!amount.isZero) transfer(predecessorId(), amount.low, amount.high);
}

function balanceKey(ownerId: string): string {
  return "a:" + ownerId;
}

function balanceOf(ownerId: string): U128 | null {
  const text = read(balanceKey(ownerId));
  return text === null ? null : U128.parse(text);
}

function setBalance(ownerId: string, balance: U128): void {
  write(balanceKey(ownerId), balance.toString());
}

function requireBalance(ownerId: string): U128 {
  const balance = balanceOf(ownerId);
  if (balance === null) panic(notRegistered(ownerId));
  return balance!;
}

function requireOneYocto(): void {
  const deposit = attachedDeposit();
  if (deposit.low != 1 || deposit.high != 0) panic("Requires attached deposit of exactly 1 yoctoNEAR");
}

function attachedDeposit(): U128 {
  const words = new StaticArray<u64>(2);
  host.attached_deposit(changetype<usize>(words));
  return new U128(words[0], words[1]);
}

function requireText(args: string, name: string): string {
  const value = textField(args, name);
  if (value === null) panic("missing field `" + name + "`");
  return value!;
}

function requireAmount(args: string, name: string): U128 {
  const value = U128.parse(requireText(args, name));
  if (value === null) panic("invalid " + name);
  return value!;
}

function notRegistered(ownerId: string): string {
  return "The account " + ownerId + " is not registered";
}

function orZero(balance: U128 | null): U128 {
  return balance === null ? U128.ZERO : balance;
}

function lesser(a: U128, b: U128): U128 {
  return a.lessThan(b) ? a : b;
}
