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
    const accountId = new ContractArguments(context.args).accountId('account_id');
    return this.#balance(context, accountId);
  }

  /** `storage_deposit`: registers; what is too much, or all of it the second time, goes back. */
  deposit(context: CallContext) {
    const args = new ContractArguments(context.args);
    const accountId = args.optionalAccountId('account_id') ?? context.predecessorId;
    args.optionalBoolean('registration_only');
    let refundYocto = context.depositYocto;
    if (context.data(balanceKey(accountId)) !== undefined) {
      context.log('The account is already registered, refunding the deposit');
    } else {
      if (context.depositYocto < this.#depositYocto) {
        throw new ContractPanic('The attached deposit is less than the minimum storage balance');
      }
      register(context, accountId);
      refundYocto -= this.#depositYocto;
    }
    payBack(context, refundYocto);
    return this.#balance(context, accountId);
  }

  /** `storage_withdraw`: nothing is ever available, so only asking for nothing succeeds. */
  withdraw(context: CallContext) {
    requireOneYocto(context);
    const amount = new ContractArguments(context.args).optionalU128('amount');
    const balance = this.#balance(context, context.predecessorId);
    if (balance === null) throw new ContractPanic(notRegistered(context.predecessorId));
    if (amount !== null && amount > 0n) {
      throw new ContractPanic('The amount is greater than the available storage balance');
    }
    return balance;
  }

  /** `storage_unregister`: the deposit goes back; with force, a balance left is burnt. */
  unregister(context: CallContext): boolean {
    requireOneYocto(context);
    const force = new ContractArguments(context.args).optionalBoolean('force') ?? false;
    const accountId = context.predecessorId;
    const balance = context.data(balanceKey(accountId));
    if (balance === undefined) {
      context.log(notRegistered(accountId));
      return false;
    }
    if (balance > 0n && !force) {
      throw new ContractPanic(
        "Can't unregister the account with the positive balance without force",
      );
    }
    context.setData(balanceKey(accountId), undefined);
    context.addStorageBytes(-REGISTRATION_STORAGE_BYTES);
    context.setData(SUPPLY_KEY, (context.data(SUPPLY_KEY) ?? 0n) - balance);
    context.log(`Closed @${accountId} with ${balance}`);
    payBack(context, this.#depositYocto + 1n);
    return true;
  }

  #balance(context: CallContext, accountId: string) {
    if (context.data(balanceKey(accountId)) === undefined) return null;
    return { total: this.#depositYocto.toString(), available: '0' };
  }
}
