import type { FeeName } from '../rules/protocol-config.ts';
import type { GasShare } from '../state/receipt.ts';
import type { GasCost, GasMeter } from '../vm/gas-meter.ts';

type GasProfile = Map<GasCost | 'wasm_instruction', number>;

// nearcore's names for the costs of sending.
const SENDING_NAMES: Readonly<Record<FeeName, string>> = {
  actionReceipt: 'NEW_ACTION_RECEIPT',
  dataReceiptBase: 'NEW_DATA_RECEIPT_BASE',
  dataReceiptPerByte: 'NEW_DATA_RECEIPT_BYTE',
  createAccount: 'CREATE_ACCOUNT',
  deployContract: 'DEPLOY_CONTRACT_BASE',
  deployContractPerByte: 'DEPLOY_CONTRACT_BYTE',
  deployGlobalContract: 'DEPLOY_GLOBAL_CONTRACT_BASE',
  deployGlobalContractPerByte: 'DEPLOY_GLOBAL_CONTRACT_BYTE',
  useGlobalContract: 'USE_GLOBAL_CONTRACT_BASE',
  useGlobalContractPerByte: 'USE_GLOBAL_CONTRACT_BYTE',
  stateInit: 'DETERMINISTIC_STATE_INIT_BASE',
  stateInitPerEntry: 'DETERMINISTIC_STATE_INIT_ENTRY',
  stateInitPerByte: 'DETERMINISTIC_STATE_INIT_BYTE',
  functionCall: 'FUNCTION_CALL_BASE',
  functionCallPerByte: 'FUNCTION_CALL_BYTE',
  transfer: 'TRANSFER',
  stake: 'STAKE',
  addFullAccessKey: 'ADD_FULL_ACCESS_KEY',
  addFunctionCallKey: 'ADD_FUNCTION_CALL_KEY_BASE',
  addFunctionCallKeyPerByte: 'ADD_FUNCTION_CALL_KEY_BYTE',
  gasKeyTransfer: 'GAS_KEY_TRANSFER_BASE',
  gasKeyByte: 'GAS_KEY_BYTE',
  gasKeyNonce: 'GAS_KEY_NONCE_WRITE_BASE',
  deleteKey: 'DELETE_KEY',
  deleteAccount: 'DELETE_ACCOUNT',
  delegate: 'DELEGATE',
};

/** Adds what one call burnt; what no host function burnt, instructions did. */
export function addToProfile(profile: GasProfile, gas: GasMeter): void {
  let instructionGas = gas.burnt;
  for (const [cost, burnt] of gas.profile) {
    add(profile, cost, burnt);
    instructionGas -= burnt;
  }
  if (instructionGas > 0) add(profile, 'wasm_instruction', instructionGas);
}

function add(profile: GasProfile, cost: GasCost | 'wasm_instruction', gas: number): void {
  profile.set(cost, (profile.get(cost) ?? 0) + gas);
}

/** The profile in nearcore's order: sending before host functions, each alphabetically. */
export function gasShares(profile: GasProfile): GasShare[] {
  const shares = Array.from(profile, ([cost, gas]): GasShare => {
    if (isFee(cost)) return { category: 'ACTION_COST', cost: SENDING_NAMES[cost], gas };
    return { category: 'WASM_HOST_COST', cost: cost.toUpperCase(), gas };
  });
  return shares.sort((a, b) => compare(a.category, b.category) || compare(a.cost, b.cost));
}

function isFee(cost: GasCost | 'wasm_instruction'): cost is FeeName {
  return Object.hasOwn(SENDING_NAMES, cost);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
