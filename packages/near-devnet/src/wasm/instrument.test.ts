import { beforeAll, expect, test } from 'vitest';
import { DEFAULT_PROTOCOL_CONFIG } from '../rules/protocol-config.ts';
import { compileContract } from '../testing/compile-contract.ts';
import { ContractAccount } from '../testing/contract-account.ts';
import { TestNode } from '../testing/test-node.ts';
import { ContractModules } from './contract-module.ts';
import { instrument } from './instrument.ts';
import { PrepareError } from './module-content.ts';

const LIMITS = DEFAULT_PROTOCOL_CONFIG.vm;
let code: Uint8Array;
beforeAll(async () => {
  code = await compileContract('probe');
}, 60_000);

/** `(module)` with the sections that are given. */
const moduleOf = (...sections: number[][]) =>
  Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
const errorOf = (bytes: Uint8Array) => {
  try {
    new ContractModules(LIMITS).get(bytes);
    return null;
  } catch (error) {
    if (error instanceof PrepareError) return error.code;
    throw error;
  }
};

test('an instrumented module is valid and has the same methods', () => {
  const { bytes, methods } = instrument(code, LIMITS);
  expect(WebAssembly.validate(Uint8Array.from(bytes))).toBe(true);
  expect([...methods.keys()]).toEqual(expect.arrayContaining(['echo', 'program', 'ask']));
  expect(methods.get('takes_a_number')?.parameters).toHaveLength(1);
});

test.each<[string, Uint8Array, string | null]>([
  ['nothing', new Uint8Array(0), 'Deserialization'],
  ['an empty module', moduleOf(), null],
  ['a malformed import', moduleOf([2, 8, 1, 3, 0x65, 0x6e, 0x76, 0, 2, 0, 1]), 'Deserialization'],
  ['a memory from the host', moduleOf([2, 10, 1, 3, 0x65, 0x6e, 0x76, 1, 0x6d, 2, 0, 1]), 'Memory'],
  [
    'a function from elsewhere',
    moduleOf([1, 4, 1, 0x60, 0, 0], [2, 7, 1, 1, 0x78, 1, 0x66, 0, 0]),
    'Instantiate',
  ],
  ['two tables', moduleOf([4, 7, 2, 0x70, 0, 1, 0x70, 0, 1]), 'TooManyTables'],
  ['a table too long', moduleOf([4, 6, 1, 0x70, 0, 0x91, 0x4e, 0]), 'Deserialization'],
  ['a long table', moduleOf([4, 5, 1, 0x70, 0, 0x91, 0x4e]), 'TooManyTableElements'],
  [
    'a vector instruction',
    moduleOf([1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0], [10, 8, 1, 6, 0, 0xfd, 0x0c, 0, 0x1a, 0x0b]),
    'Deserialization',
  ],
])('%s', (_, bytes, error) => {
  expect(errorOf(bytes)).toBe(error);
});

test('each iteration of a loop costs the same whole number of instructions', async () => {
  const node = new TestNode();
  const probe = await ContractAccount.create(node, 'probe', code);
  const gasOf = (count: number) => probe.gasOf('turns', String(count));
  const [first, second, third] = [await gasOf(1000), await gasOf(2000), await gasOf(4000)];
  const turn = (second - first) / 1000 / LIMITS.instructionGas;
  expect(Number.isInteger(turn)).toBe(true);
  expect(third - second).toBe(2 * (second - first));
});
