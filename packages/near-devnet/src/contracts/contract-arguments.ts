import { isAccountId } from '../bytes/account-id.ts';
import { ContractPanic } from '../rules/contract.ts';

const MAX_U128 = 2n ** 128n - 1n;

/** One argument: how to read its JSON value, and its value when it is absent. */
interface Field<T> {
  read(value: unknown, name: string): T;
  absent(name: string): T;
}

type Fields = Readonly<Record<string, Field<unknown>>>;
type Values<F extends Fields> = { [Name in keyof F]: F[Name] extends Field<infer T> ? T : never };

/**
 * The arguments of a contract call, read as a near-sdk contract does before anything else: a JSON object, or an array in
 * the order of the fields. Unknown fields are ignored; a wrong one is a panic.
 */
export function readArguments<F extends Fields>(args: Uint8Array, fields: F): Values<F> {
  const text = Buffer.from(args).toString('utf8');
  const value = parse(text);
  const names = Object.keys(fields);
  const given = Array.isArray(value) ? fromList(value, names) : fromObject(value, text, names);
  const values = Object.entries(fields).map(([name, field]) => [
    name,
    given.has(name) ? field.read(given.get(name), name) : field.absent(name),
  ]);
  return Object.fromEntries(values);
}

/** A text that is an account id. */
export const accountId = required((value, name) => {
  const text = stringOf(value, name);
  return isAccountId(text) ? text : fail(`the Account ID is invalid (${name})`);
});

/** A decimal text of an unsigned 128-bit number, as the token standards write amounts; a leading plus is allowed. */
export const u128 = required((value, name) => {
  const text = stringOf(value, name);
  if (text === '') fail('cannot parse integer from empty string');
  const digits = /^\+?(\d+)$/.exec(text)?.[1];
  if (digits === undefined) return fail('invalid digit found in string');
  const significant = digits.replace(/^0+/, '');
  const number = significant.length > 39 ? MAX_U128 + 1n : BigInt(significant || '0');
  return number > MAX_U128 ? fail('number too large to fit in target type') : number;
});

export const string = required(stringOf);

export const boolean = required((value, name) => {
  return typeof value === 'boolean'
    ? value
    : fail(`invalid type for \`${name}\`, expected a boolean`);
});

/** Null when the argument is null or absent. */
export function optional<T>({ read }: Field<T>): Field<T | null> {
  return {
    read: (value, name) => (value === null ? null : read(value, name)),
    absent: () => null,
  };
}

function required<T>(read: (value: unknown, name: string) => T): Field<T> {
  return { read, absent: (name) => fail(`missing field \`${name}\``) };
}

function stringOf(value: unknown, name: string): string {
  return typeof value === 'string'
    ? value
    : fail(`invalid type for \`${name}\`, expected a string`);
}

function parse(text: string): object {
  if (text.trim() === '') fail('EOF while parsing a value');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail('expected value');
  }
  return typeof value === 'object' && value !== null
    ? value
    : fail('invalid type, expected struct Input');
}

/** An array has exactly one item for each field. */
function fromList(values: readonly unknown[], names: readonly string[]): Map<string, unknown> {
  if (values.length < names.length) fail(`invalid length ${values.length}, expected struct Input`);
  if (values.length > names.length) fail('trailing characters');
  return new Map(names.map((name, index) => [name, values[index]]));
}

function fromObject(value: object, text: string, names: readonly string[]): Map<string, unknown> {
  const seen = new Set<string>();
  for (const key of topLevelKeys(text)) {
    if (!names.includes(key)) continue;
    if (seen.has(key)) fail(`duplicate field \`${key}\``);
    seen.add(key);
  }
  return new Map(Object.entries(value));
}

/** The keys of an object in a JSON text, including duplicate ones. */
function* topLevelKeys(json: string): Generator<string> {
  let depth = 0;
  let last = '';
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (token !== ':') last = token;
    else if (depth === 1) yield JSON.parse(last);
  }
}

function fail(reason: string): never {
  throw new ContractPanic(
    `panicked at 'Failed to deserialize input from JSON.: Error("${reason}", line: 1, column: 0)'`,
  );
}
