import type { ContractModules } from '../wasm/contract-module.ts';
import type { Contract } from './contract.ts';
import type { ProtocolConfig } from './protocol-config.ts';

/** The rules a chain executes by: prices and limits, and the contracts built into it by name. */
export interface Rules {
  readonly chainId: string;
  readonly config: ProtocolConfig;
  readonly contracts: ReadonlyMap<string, Contract>;
  /** Prepares and keeps the code of all other contracts. */
  readonly modules: ContractModules;
}
