import { type CallContext, ContractPanic } from './contract.ts';
import { ContractArguments } from './contract-arguments.ts';
import {
  balanceKey,
  notRegistered,
  payBack,
  REGISTRATION_DEPOSIT_YOCTO,
  REGISTRATION_STORAGE_BYTES,
  register,
  requireOneYocto,
  SUPPLY_KEY,
} from './token-account.ts';

/** `storage_balance_bounds`: every registration costs the same. */
export function storageBalanceBounds() {
  const amount = REGISTRATION_DEPOSIT_YOCTO.toString();
  return { min: amount, max: amount };
}

/** `storage_balance_of`: null for an account that is not registered. */
export function storageBalanceOf(context: CallContext) {
  const accountId = new ContractArguments(context.args).accountId('account_id');
  return storageBalance(context, accountId);
}

function storageBalance(context: CallContext, accountId: string) {
  if (context.data(balanceKey(accountId)) === undefined) return null;
  return { total: REGISTRATION_DEPOSIT_YOCTO.toString(), available: '0' };
}

/** `storage_deposit`: registers; what is too much, or all of it the second time, goes back. */
export function storageDeposit(context: CallContext) {
  const args = new ContractArguments(context.args);
  const accountId = args.optionalAccountId('account_id') ?? context.predecessorId;
  args.optionalBoolean('registration_only');
  let refundYocto = context.depositYocto;
  if (context.data(balanceKey(accountId)) !== undefined) {
    context.log('The account is already registered, refunding the deposit');
  } else {
    if (context.depositYocto < REGISTRATION_DEPOSIT_YOCTO) {
      throw new ContractPanic('The attached deposit is less than the minimum storage balance');
    }
    register(context, accountId);
    refundYocto -= REGISTRATION_DEPOSIT_YOCTO;
  }
  payBack(context, refundYocto);
  return storageBalance(context, accountId);
}

/** `storage_withdraw`: nothing is ever available, so only asking for nothing succeeds. */
export function storageWithdraw(context: CallContext) {
  requireOneYocto(context);
  const amount = new ContractArguments(context.args).optionalU128('amount');
  const balance = storageBalance(context, context.predecessorId);
  if (balance === null) throw new ContractPanic(notRegistered(context.predecessorId));
  if (amount !== null && amount > 0n) {
    throw new ContractPanic('The amount is greater than the available storage balance');
  }
  return balance;
}

/** `storage_unregister`: the deposit goes back; with force, a balance left is burnt. */
export function storageUnregister(context: CallContext): boolean {
  requireOneYocto(context);
  const force = new ContractArguments(context.args).optionalBoolean('force') ?? false;
  const accountId = context.predecessorId;
  const balance = context.data(balanceKey(accountId));
  if (balance === undefined) {
    context.log(notRegistered(accountId));
    return false;
  }
  if (balance > 0n && !force) {
    throw new ContractPanic("Can't unregister the account with the positive balance without force");
  }
  context.setData(balanceKey(accountId), undefined);
  context.addStorageBytes(-REGISTRATION_STORAGE_BYTES);
  context.setData(SUPPLY_KEY, (context.data(SUPPLY_KEY) ?? 0n) - balance);
  context.log(`Closed @${accountId} with ${balance}`);
  payBack(context, REGISTRATION_DEPOSIT_YOCTO + 1n);
  return true;
}
