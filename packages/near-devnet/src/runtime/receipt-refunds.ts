import { receiptGas, totalDepositYocto } from '../rules/fees.ts';
import type { ProtocolConfig } from '../rules/protocol-config.ts';
import { type ActionReceipt, SYSTEM_ACCOUNT, SYSTEM_PUBLIC_KEY } from '../state/receipt.ts';
import type { State } from '../state/state.ts';
import { type Progress, type ReceiptDraft, refundDraft } from './receipt-progress.ts';

interface Refunds {
  readonly drafts: ReceiptDraft[];
  readonly accountChargeYocto: bigint;
}

/** Gas is burnt at the block's price, or cheaper when it was bought cheaper (refunds cost nothing). */
export function burnPrice(config: ProtocolConfig, { gasPriceYocto }: ActionReceipt): bigint {
  return gasPriceYocto < config.gasPriceYocto ? gasPriceYocto : config.gasPriceYocto;
}

/** The refunds of a receipt: deposits of a failed one, unused gas, and the surplus of the gas price. */
export function refundsOf(
  config: ProtocolConfig,
  receipt: ActionReceipt,
  result: { progress: Progress; isCreated: boolean; hasFailed: boolean },
): Refunds {
  const { progress, isCreated, hasFailed } = result;
  const boughtGas = receiptGas(config, receipt.actions, receipt.receiverId);
  const unusedGas = boughtGas - (hasFailed ? progress.gasBurnt : progress.gasUsed);
  const burnPriceYocto = burnPrice(config, receipt);
  const surplusYocto = (receipt.gasPriceYocto - burnPriceYocto) * progress.gasBurnt;
  const dueYocto =
    config.accountCreationChargeYocto - burnPriceYocto * config.fees.createAccount.execution;
  const accountChargeYocto = isCreated ? clamp(dueYocto, surplusYocto) : 0n;
  const gasRefundYocto = receipt.gasPriceYocto * unusedGas + surplusYocto - accountChargeYocto;
  const drafts: ReceiptDraft[] = [];
  const depositYocto = totalDepositYocto(receipt.actions);
  if (hasFailed && depositYocto > 0n) {
    drafts.push(
      refundDraft(
        receipt.refundToId ?? receipt.predecessorId,
        depositYocto,
        SYSTEM_ACCOUNT,
        SYSTEM_PUBLIC_KEY,
      ),
    );
  }
  if (gasRefundYocto > 0n) {
    const { signerId, signerPublicKey } = receipt;
    drafts.push(refundDraft(signerId, gasRefundYocto, signerId, signerPublicKey));
  }
  return { drafts, accountChargeYocto };
}

/**
 * Refunds gas to the key that paid it: to the balance of a gas key instead of the account, or to the allowance of a
 * function-call key beside the account. A key deleted in the meantime gets nothing.
 */
export function refundGas(
  state: State,
  { signerId, signerPublicKey }: ActionReceipt,
  amountYocto: bigint,
): 'to the key' | 'to the account' {
  const key = state.accessKey(signerId, signerPublicKey);
  if (key?.gasKey !== undefined) {
    const balanceYocto = key.gasKey.balanceYocto + amountYocto;
    state.setAccessKey(signerId, signerPublicKey, {
      ...key,
      gasKey: { ...key.gasKey, balanceYocto },
    });
    return 'to the key';
  }
  if (key?.permission.type === 'FunctionCall' && key.permission.allowanceYocto !== null) {
    const allowanceYocto = key.permission.allowanceYocto + amountYocto;
    const permission = { ...key.permission, allowanceYocto };
    state.setAccessKey(signerId, signerPublicKey, { ...key, permission });
  }
  return 'to the account';
}

function clamp(value: bigint, limit: bigint): bigint {
  if (value < 0n) return 0n;
  return value < limit ? value : limit;
}
