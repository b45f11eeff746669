import { type CallContext, type Contract, ContractPanic, logEvent } from '../rules/contract.ts';
import type { GenesisToken } from '../rules/genesis.ts';
import { accountId, optional, readArguments, string, u128 } from './contract-arguments.ts';
import {
  balanceKey,
  register,
  requireBalance,
  requireOneYocto,
  SUPPLY_KEY,
} from './token-account.ts';
import { TokenStorage } from './token-storage.ts';

const GAS_FOR_RESOLVE = 5_000_000_000_000n;
const GAS_FOR_TRANSFER_CALL = 30_000_000_000_000n;
const MAX_U128 = 2n ** 128n - 1n;

/** A fungible token by NEP-141, NEP-145 and NEP-148, with the behaviour and texts of the common Rust implementation. */
export function createTokenContract(token: GenesisToken): Contract {
  const storage = new TokenStorage(token.registrationDepositYocto);
  const methods: [string, bigint, (context: CallContext) => unknown][] = [
    ['ft_total_supply', 210_000_000_000n, supplyOf],
    ['ft_balance_of', 260_000_000_000n, balanceOf],
    ['ft_metadata', 220_000_000_000n, () => metadata(token)],
    ['storage_balance_bounds', 210_000_000_000n, () => storage.bounds()],
    ['storage_balance_of', 260_000_000_000n, (context) => storage.balanceOf(context)],
    ['ft_transfer', 745_000_000_000n, transfer],
    ['ft_transfer_call', 1_100_000_000_000n, transferCall],
    ['ft_resolve_transfer', 650_000_000_000n, resolveTransfer],
    ['storage_deposit', 570_000_000_000n, (context) => storage.deposit(context)],
    ['storage_withdraw', 400_000_000_000n, (context) => storage.withdraw(context)],
    ['storage_unregister', 650_000_000_000n, (context) => storage.unregister(context)],
  ];
  if (token.isOpenMint) methods.push(['ft_mint', 700_000_000_000n, mint]);
  return new Map(
    methods.map(([name, gas, run]) => [
      name,
      { gas, call: (context) => ({ value: run(context) }) },
    ]),
  );
}

/** The initial data of a token contract. */
export function initialTokenData(token: GenesisToken): [string, bigint][] {
  return [
    [SUPPLY_KEY, token.totalSupplyBaseUnits],
    [balanceKey(token.ownerId), token.totalSupplyBaseUnits],
  ];
}

function metadata({ name, symbol, decimals }: GenesisToken) {
  return {
    spec: 'ft-1.0.0',
    name,
    symbol,
    icon: null,
    reference: null,
    reference_hash: null,
    decimals,
  };
}

function supplyOf(context: CallContext): string {
  return (context.data(SUPPLY_KEY) ?? 0n).toString();
}

function balanceOf(context: CallContext): string {
  const args = readArguments(context.args, { account_id: accountId });
  return (context.data(balanceKey(args.account_id)) ?? 0n).toString();
}

function transfer(context: CallContext): void {
  const fields = { receiver_id: accountId, amount: u128, memo: optional(string) };
  const args = readArguments(context.args, fields);
  requireOneYocto(context);
  move(context, context.predecessorId, args.receiver_id, args.amount, args.memo);
}

function transferCall(context: CallContext): void {
  const fields = { receiver_id: accountId, amount: u128, memo: optional(string), msg: string };
  const args = readArguments(context.args, fields);
  const { receiver_id: receiverId, amount, msg: message, memo } = args;
  requireOneYocto(context);
  if (context.prepaidGas <= GAS_FOR_TRANSFER_CALL) throw new ContractPanic('More gas is required');
  const senderId = context.predecessorId;
  move(context, senderId, receiverId, amount, memo);
  context.schedule({
    type: 'call-then',
    call: {
      receiverId,
      methodName: 'ft_on_transfer',
      args: { sender_id: senderId, amount: amount.toString(), msg: message },
      gas: context.prepaidGas - GAS_FOR_TRANSFER_CALL,
      depositYocto: 0n,
    },
    callback: {
      receiverId: context.contractId,
      methodName: 'ft_resolve_transfer',
      args: { sender_id: senderId, receiver_id: receiverId, amount: amount.toString() },
      gas: GAS_FOR_RESOLVE,
      depositYocto: 0n,
    },
  });
}

/** Returns to the sender what the receiver did not use; the result is what it used. */
function resolveTransfer(context: CallContext): string {
  if (context.predecessorId !== context.contractId) {
    throw new ContractPanic('Method ft_resolve_transfer is private');
  }
  const fields = { sender_id: accountId, receiver_id: accountId, amount: u128 };
  const args = readArguments(context.args, fields);
  const { sender_id: senderId, receiver_id: receiverId, amount } = args;
  const unused = minimum(unusedAmount(context, amount), context.data(balanceKey(receiverId)) ?? 0n);
  if (unused === 0n) return amount.toString();
  const receiverBalance = context.data(balanceKey(receiverId)) ?? 0n;
  context.setData(balanceKey(receiverId), receiverBalance - unused);
  const senderBalance = context.data(balanceKey(senderId));
  if (senderBalance === undefined) {
    // The sender unregistered while its transfer was in flight.
    context.setData(SUPPLY_KEY, (context.data(SUPPLY_KEY) ?? 0n) - unused);
    context.log('The account of the sender was deleted');
    ftEvent(context, 'ft_burn', {
      owner_id: receiverId,
      amount: unused.toString(),
      memo: 'refund',
    });
    return amount.toString();
  }
  context.setData(balanceKey(senderId), senderBalance + unused);
  transferEvent(context, receiverId, senderId, unused, 'refund');
  return (amount - unused).toString();
}

function unusedAmount(context: CallContext, amount: bigint): bigint {
  const result = context.promiseResults[0];
  if (result?.ok !== true) return amount;
  try {
    const value: unknown = JSON.parse(Buffer.from(result.value).toString('utf8'));
    return typeof value === 'string' && /^\d{1,39}$/.test(value)
      ? minimum(BigInt(value), amount)
      : amount;
  } catch {
    return amount;
  }
}

/** The test token only: anyone may mint for anyone, which also registers the account. */
function mint(context: CallContext): void {
  const args = readArguments(context.args, { account_id: optional(accountId), amount: u128 });
  const ownerId = args.account_id ?? context.predecessorId;
  const { amount } = args;
  if (context.data(balanceKey(ownerId)) === undefined) register(context, ownerId);
  const supply = (context.data(SUPPLY_KEY) ?? 0n) + amount;
  if (supply > MAX_U128) throw new ContractPanic('Total supply overflow');
  context.setData(SUPPLY_KEY, supply);
  context.setData(balanceKey(ownerId), (context.data(balanceKey(ownerId)) ?? 0n) + amount);
  ftEvent(context, 'ft_mint', { owner_id: ownerId, amount: amount.toString() });
}

function move(
  context: CallContext,
  senderId: string,
  receiverId: string,
  amount: bigint,
  memo: string | null,
): void {
  if (senderId === receiverId) throw new ContractPanic('Sender and receiver should be different');
  if (amount === 0n) throw new ContractPanic('The amount should be a positive number');
  const senderBalance = requireBalance(context, senderId);
  if (senderBalance < amount) throw new ContractPanic("The account doesn't have enough balance");
  context.setData(balanceKey(senderId), senderBalance - amount);
  context.setData(balanceKey(receiverId), requireBalance(context, receiverId) + amount);
  transferEvent(context, senderId, receiverId, amount, memo);
}

function transferEvent(
  context: CallContext,
  oldOwnerId: string,
  newOwnerId: string,
  amount: bigint,
  memo: string | null,
): void {
  ftEvent(context, 'ft_transfer', {
    old_owner_id: oldOwnerId,
    new_owner_id: newOwnerId,
    amount: amount.toString(),
    ...(memo === null ? {} : { memo }),
  });
}

function ftEvent(context: CallContext, event: string, data: unknown): void {
  logEvent(context, { standard: 'nep141', version: '1.0.0', event, data: [data] });
}

function minimum(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
