import type { ContractModule } from '../wasm/contract-module.ts';
import {
  GAS_EXPORT,
  MEMORY_IMPORT,
  METHOD_PREFIX,
  STACK_EXPORT,
  START_EXPORT,
} from '../wasm/instrument.ts';
import { PrepareError, type PrepareErrorCode } from '../wasm/module-content.ts';
import { I32, I64 } from '../wasm/operators.ts';
import type { CallEnvironment } from './call-environment.ts';
import { addContextFunctions } from './context-functions.ts';
import { HostCall, HostFunctionTable } from './host-call.ts';
import { gasExceeded, HostError, memoryViolation } from './host-error.ts';
import { addMathFunctions } from './math-functions.ts';
import { addOutputFunctions } from './output-functions.ts';
import { addActionFunctions } from './promise-actions.ts';
import { addPromiseFunctions } from './promise-functions.ts';
import { addStateInitFunctions } from './state-init-functions.ts';
import { addStorageFunctions } from './storage-functions.ts';

/** Why a call failed, by nearcore's kinds. */
export type CallError =
  | { readonly kind: 'prepare'; readonly code: PrepareErrorCode }
  | { readonly kind: 'method'; readonly code: MethodError }
  | { readonly kind: 'link'; readonly message: string }
  | { readonly kind: 'trap'; readonly trap: Trap }
  | { readonly kind: 'host'; readonly error: HostError };

export type MethodError = 'MethodEmptyName' | 'MethodNotFound' | 'MethodInvalidSignature';
export type Trap = keyof typeof TRAP_TEXTS;

/** Traps by name, with nearcore's texts. */
export const TRAP_TEXTS = {
  Unreachable: 'An `unreachable` opcode was executed.',
  IncorrectCallIndirectSignature: 'Call indirect incorrect signature trap.',
  MemoryOutOfBounds: 'Memory out of bounds trap.',
  IllegalArithmetic: 'An arithmetic exception, e.g. divided by zero.',
  StackOverflow: 'Stack overflow.',
  GenericTrap: 'Generic trap.',
} as const;

export interface CallOutcome {
  readonly error: CallError | null;
  /** Its effects; null if its code or its method is unusable, which burns nothing. */
  readonly call: HostCall | null;
}

/** Runs a method of a contract. After an error the caller must undo its changes to the storage. */
export function runContract(
  environment: CallEnvironment,
  methodName: string,
  loadModule: () => ContractModule,
): CallOutcome {
  if (methodName === '') return notBegun({ kind: 'method', code: 'MethodEmptyName' });
  let contract: ContractModule;
  try {
    contract = loadModule();
  } catch (error) {
    if (!(error instanceof PrepareError)) throw error;
    return notBegun({ kind: 'prepare', code: error.code });
  }
  const call = new HostCall(environment);
  try {
    call.gas.pay('contract_loading_bytes', contract.codeLength);
    call.gas.pay('contract_loading_base');
  } catch {
    return { error: { kind: 'host', error: gasExceeded() }, call };
  }
  const table = createHostFunctions(call, contract);
  const linkError = findLinkError(contract, table);
  if (linkError !== null) return { error: { kind: 'link', message: linkError }, call };
  const type = contract.methods.get(methodName);
  if (type === undefined) return notBegun({ kind: 'method', code: 'MethodNotFound' });
  if (type.parameters.length > 0 || type.results.length > 0) {
    return notBegun({ kind: 'method', code: 'MethodInvalidSignature' });
  }
  return { error: execute(contract, call, table, methodName), call };
}

function notBegun(error: CallError): CallOutcome {
  return { error, call: null };
}

function createHostFunctions(call: HostCall, { imports }: ContractModule): HostFunctionTable {
  const table = new HostFunctionTable(call, new Set(imports.map(({ name }) => name)));
  addContextFunctions(table, call);
  addOutputFunctions(table, call);
  addStorageFunctions(table, call);
  addMathFunctions(table, call);
  addPromiseFunctions(table, call);
  addActionFunctions(table, call);
  addStateInitFunctions(table, call);
  return table;
}

/** JavaScript links a function with any parameters; nearcore does not. */
function findLinkError({ imports }: ContractModule, table: HostFunctionTable): string | null {
  const letters = new Map([
    [I32, 'i'],
    [I64, 'j'],
  ]);
  const spell = (types: readonly number[]) =>
    types.map((type) => letters.get(type) ?? '?').join('');
  for (const { name, type } of imports) {
    const wanted = table.functions.get(name)?.signature;
    if (wanted === undefined) {
      return 'unknown or invalid import';
    }
    if (wanted !== `${spell(type.parameters)}>${spell(type.results)}`) {
      return `incompatible import type for \`env::${name}\``;
    }
  }
  return null;
}

function execute(
  contract: ContractModule,
  call: HostCall,
  table: HostFunctionTable,
  methodName: string,
): CallError | null {
  const memory = contract.memories.take();
  try {
    return executeIn(memory, contract, call, table, methodName);
  } finally {
    contract.memories.giveBack(memory);
  }
}

function executeIn(
  memory: WebAssembly.Memory,
  contract: ContractModule,
  call: HostCall,
  table: HostFunctionTable,
  methodName: string,
): CallError | null {
  let stack: { value: number } | null = null;
  try {
    const { exports } = new WebAssembly.Instance(contract.module, {
      env: importsOf(contract, table),
      [MEMORY_IMPORT.module]: { [MEMORY_IMPORT.name]: memory },
    });
    const gas = exports[GAS_EXPORT];
    const stackGlobal = exports[STACK_EXPORT];
    if (!isGlobal(gas) || !isGlobal(stackGlobal)) {
      throw new Error('The contract was not instrumented');
    }
    stack = stackGlobal;
    stack.value = call.limits.maxStackHeight;
    call.gas.moveTo(gas);
    call.memory.attach(memory);
    if (contract.hasStart) run(exports[START_EXPORT]);
    run(exports[METHOD_PREFIX + methodName]);
    return null;
  } catch (error) {
    if (error instanceof HostError) return { kind: 'host', error };
    if (call.gas.isExceeded) return { kind: 'host', error: call.gas.error() };
    if (stack !== null && stack.value < 0) return { kind: 'host', error: memoryViolation() };
    return { kind: 'trap', trap: trapOf(error) };
  }
}

function importsOf(
  { imports }: ContractModule,
  table: HostFunctionTable,
): WebAssembly.ModuleImports {
  const env: WebAssembly.ModuleImports = {};
  for (const { name } of imports) {
    const hostFunction = table.functions.get(name);
    if (hostFunction !== undefined) env[name] = hostFunction.run;
  }
  return env;
}

function isGlobal(value: unknown): value is WebAssembly.Global {
  return value instanceof WebAssembly.Global;
}

function run(method: unknown): void {
  if (typeof method !== 'function') throw new Error('The contract was not instrumented');
  method();
}

/** V8 distinguishes traps only by their message. */
function trapOf(error: unknown): Trap {
  if (error instanceof RangeError && !(error instanceof WebAssembly.RuntimeError)) {
    return 'StackOverflow';
  }
  if (!(error instanceof WebAssembly.RuntimeError)) throw error;
  const { message } = error;
  if (message.includes('unreachable')) return 'Unreachable';
  if (message.includes('out of bounds')) return 'MemoryOutOfBounds';
  if (/divide by zero|remainder by zero|overflow|unrepresentable/.test(message)) {
    return 'IllegalArithmetic';
  }
  if (message.includes('signature')) return 'IncorrectCallIndirectSignature';
  return 'GenericTrap';
}
