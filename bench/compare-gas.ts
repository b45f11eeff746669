import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { HOST_COSTS } from '#devnet/rules/host-costs.ts';
import { ContractAccount } from '#devnet/testing/contract-account.ts';
import { TestNode } from '#devnet/testing/test-node.ts';
import { type RecordedCall, recordedCalls } from './recorded-gas.ts';

const USAGE = `Usage: npm run devnet:gas -- FOLDER

Runs public contracts, unmodified, on the devnet and compares the gas they burn with what was recorded of them on a
node. FOLDER is benchmark/res in a copy of github.com/near/near-sdk-js.`;

// Where the recorded node charged differently from protocol version 86.
const OLD_PRICES: Readonly<Record<string, number>> = {
  CONTRACT_LOADING_BYTES: 216_750,
  TOUCHING_TRIE_NODE: 16_101_955_926,
};
// Reads visited the trie then, and input cost its bytes. Instructions were counted by another rule: nothing for entering a
// function, a loop once however often it turned.
const OTHERWISE_COUNTED = new Set([
  'TOUCHING_TRIE_NODE',
  'READ_CACHED_TRIE_NODE',
  'WRITE_REGISTER_BYTE',
  'WASM_INSTRUCTION',
]);
const MAX_DEVIATION = 0.05;

interface Compared {
  contract: string;
  'TGas recorded': string;
  'TGas here': string;
  deviation: string;
  instructions: string;
  'other costs': string;
}

async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [folder] = positionals;
  if (folder === undefined || !existsSync(join(folder, 'lowlevel_api.wasm'))) {
    console.error(USAGE);
    process.exit(1);
  }
  const rows: Compared[] = [];
  let isGood = true;
  for (const call of recordedCalls) {
    const { row, isClose } = compare(call, await profileOf(folder, call));
    rows.push(row);
    isGood &&= isClose;
  }
  console.table(rows);
  if (!isGood) process.exit(1);
}

/** Gas by cost of the last of the calls, in GGas. */
async function profileOf(folder: string, { contract, calls }: RecordedCall) {
  const node = new TestNode();
  const code = readFileSync(join(folder, `${contract}.wasm`));
  const account = await ContractAccount.create(node, contract.replaceAll('_', '-'), code);
  let profile = new Map<string, number>();
  for (const [method, args] of calls) {
    const { result } = await account.answer(method, args, { gas: 300n * 10n ** 12n });
    const { metadata } = result.receipts_outcome[0].outcome;
    profile = new Map(
      metadata.gas_profile.map(({ cost, gas_used }) => [cost, Number(gas_used) / 1e9]),
    );
  }
  return profile;
}

function compare({ contract, costs }: RecordedCall, profile: ReadonlyMap<string, number>) {
  const recorded = new Map(
    Object.entries(costs).map(([cost, gas]) => [cost, gas * priceChange(cost)]),
  );
  const unequal = [...profile.keys(), ...recorded.keys()].filter((cost) => {
    const difference = Math.abs((profile.get(cost) ?? 0) - (recorded.get(cost) ?? 0));
    // The record has two digits behind the point.
    return !OTHERWISE_COUNTED.has(cost) && difference > 0.006 * priceChange(cost);
  });
  const sum = (gas: Iterable<number>) => [...gas].reduce((total, each) => total + each, 0);
  // Only writes visit the trie today, so its nodes are no part of the comparison.
  const isCompared = ([cost]: [string, number]) => !/TRIE_NODE/.test(cost);
  const total = sum([...recorded].filter(isCompared).map(([, gas]) => gas));
  const here = sum([...profile].filter(isCompared).map(([, gas]) => gas));
  const deviation = here / total - 1;
  const instructions = (gas: ReadonlyMap<string, number>) =>
    (gas.get('WASM_INSTRUCTION') ?? 0).toFixed(2);
  const row: Compared = {
    contract,
    'TGas recorded': (total / 1000).toFixed(4),
    'TGas here': (here / 1000).toFixed(4),
    deviation: `${(100 * deviation).toFixed(2)} %`,
    instructions: `${instructions(recorded)} -> ${instructions(profile)} GGas`,
    'other costs': unequal.length === 0 ? 'equal' : [...new Set(unequal)].join(', '),
  };
  return { row, isClose: unequal.length === 0 && Math.abs(deviation) <= MAX_DEVIATION };
}

function priceChange(cost: string): number {
  const old = OLD_PRICES[cost];
  const name = cost.toLowerCase();
  if (old === undefined || !isHostCost(name)) return 1;
  return HOST_COSTS[name] / old;
}

function isHostCost(name: string): name is keyof typeof HOST_COSTS {
  return Object.hasOwn(HOST_COSTS, name);
}

await main();
