import { isAccountId } from './account-id.ts';
import { ContractPanic } from './contract.ts';

const MAX_U128 = 2n ** 128n - 1n;

/** The JSON arguments of a contract call, read as near-sdk does: a wrong one is a panic of the contract. */
export class ContractArguments {
  readonly #values: Record<string, unknown>;

  constructor(args: Uint8Array) {
    this.#values = parse(args);
  }

  accountId(name: string): string {
    return this.optionalAccountId(name) ?? missing(name);
  }

  optionalAccountId(name: string): string | null {
    const value = this.optionalString(name);
    if (value !== null && !isAccountId(value)) fail(`the Account ID is invalid (${name})`);
    return value;
  }

  optionalString(name: string): string | null {
    const value = this.#values[name] ?? null;
    if (value !== null && typeof value !== 'string') fail(`invalid type for \`${name}\``);
    return value;
  }

  string(name: string): string {
    return this.optionalString(name) ?? missing(name);
  }

  optionalBoolean(name: string): boolean | null {
    const value = this.#values[name] ?? null;
    if (value !== null && typeof value !== 'boolean') fail(`invalid type for \`${name}\``);
    return value;
  }

  /** A decimal string of an unsigned 128-bit number, the way the token standards write amounts. */
  u128(name: string): bigint {
    return this.optionalU128(name) ?? missing(name);
  }

  optionalU128(name: string): bigint | null {
    const text = this.optionalString(name);
    if (text === null) return null;
    if (!/^\d{1,39}$/.test(text)) fail('invalid digit found in string');
    const value = BigInt(text);
    if (value > MAX_U128) fail('number too large to fit in target type');
    return value;
  }
}

function parse(args: Uint8Array): Record<string, unknown> {
  if (args.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(args).toString('utf8'));
  } catch {
    fail('expected value');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    fail('expected a struct');
  return Object.assign(Object.create(null), value);
}

function missing(name: string): never {
  return fail(`missing field \`${name}\``);
}

function fail(reason: string): never {
  throw new ContractPanic(
    `panicked at 'Failed to deserialize input from JSON.: Error("${reason}", line: 1, column: 1)'`,
  );
}
