import { type CallContext, ContractPanic } from '../rules/contract.ts';
import { accountId, boolean, optional, readArguments, u128 } from './contract-arguments.ts';
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

/** NEP-145 of one token: every registration costs the same. */
export class TokenStorage {
  readonly #depositYocto: bigint;

  constructor(depositYocto = REGISTRATION_DEPOSIT_YOCTO) {
    this.#depositYocto = depositYocto;
  }

  /** `storage_balance_bounds` */
  bounds() {
    const amount = this.#depositYocto.toString();
    return { min: amount, max: amount };
  }

  /** `storage_balance_of`: null for an account that is not registered. */
  balanceOf(context: CallContext) {
    const args = readArguments(context.args, { account_id: accountId });
    return this.#balance(context, args.account_id);
  }

  /** `storage_deposit`: registers; the excess, or all of a second deposit, is returned. */
  deposit(context: CallContext) {
    const fields = { account_id: optional(accountId), registration_only: optional(boolean) };
    const args = readArguments(context.args, fields);
    let refundYocto = context.depositYocto;
    const ownerId = args.account_id ?? context.predecessorId;
    if (context.data(balanceKey(ownerId)) !== undefined) {
      context.log('The account is already registered, refunding the deposit');
    } else {
      if (context.depositYocto < this.#depositYocto) {
        throw new ContractPanic('The attached deposit is less than the minimum storage balance');
      }
      register(context, ownerId);
      refundYocto -= this.#depositYocto;
    }
    payBack(context, refundYocto);
    return this.#balance(context, ownerId);
  }

  /** `storage_withdraw`: nothing is ever available, so only a withdrawal of 0 succeeds. */
  withdraw(context: CallContext) {
    const { amount } = readArguments(context.args, { amount: optional(u128) });
    requireOneYocto(context);
    const balance = this.#balance(context, context.predecessorId);
    if (balance === null) throw new ContractPanic(notRegistered(context.predecessorId));
    if (amount !== null && amount > 0n) {
      throw new ContractPanic('The amount is greater than the available storage balance');
    }
    return balance;
  }

  /** `storage_unregister`: the deposit is returned; with force, a remaining balance is burnt. */
  unregister(context: CallContext): boolean {
    const { force } = readArguments(context.args, { force: optional(boolean) });
    requireOneYocto(context);
    const ownerId = context.predecessorId;
    const balance = context.data(balanceKey(ownerId));
    if (balance === undefined) {
      context.log(notRegistered(ownerId));
      return false;
    }
    if (balance > 0n && force !== true) {
      throw new ContractPanic(
        "Can't unregister the account with the positive balance without force",
      );
    }
    context.setData(balanceKey(ownerId), undefined);
    context.addStorageBytes(-REGISTRATION_STORAGE_BYTES);
    context.setData(SUPPLY_KEY, (context.data(SUPPLY_KEY) ?? 0n) - balance);
    context.log(`Closed @${ownerId} with ${balance}`);
    payBack(context, this.#depositYocto + 1n);
    return true;
  }

  #balance(context: CallContext, ownerId: string) {
    if (context.data(balanceKey(ownerId)) === undefined) return null;
    return { total: this.#depositYocto.toString(), available: '0' };
  }
}
