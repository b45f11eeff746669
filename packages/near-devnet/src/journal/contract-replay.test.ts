import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { actions } from 'near-api-js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FAUCET_ACCOUNT } from '../rules/genesis.ts';
import { compileContract } from '../testing/compile-contract.ts';
import { ContractAccount } from '../testing/contract-account.ts';
import { TestNode } from '../testing/test-node.ts';
import { FileJournal } from './file-journal.ts';

const TGAS = 10n ** 12n;
const RUNS = 2;
const PROGRAMS_PER_RUN = 60;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'devnet-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const word = fc.constantFrom('a', 'b', 'long-name-of-a-key', 'ab');
const step = fc.oneof(
  fc.tuple(word, word).map(([key, value]) => `put:${key}:${value}`),
  word.map((key) => `cut:${key}`),
  word.map((key) => `say:${key}`),
  fc.nat({ max: 2_000 }).map((count) => `work:${count}`),
  fc.nat({ max: 200 }).map((count) => `float:${count}`),
  fc.nat({ max: 9 }).map((amount) => `pay:${amount}`),
  fc.constantFrom('call', 'call', 'fail', 'trap'),
);
const program = fc.array(step, { minLength: 1, maxLength: 12 }).map((steps) => steps.join(' '));

/** Runs the programs, several in a block; returns the hashes of their transactions. */
async function run(node: TestNode, programs: readonly string[]): Promise<string[]> {
  const probe = await ContractAccount.create(node, 'probe', await compileContract('probe'));
  const nonce = node.devnet
    .inspect()
    .accessKey(FAUCET_ACCOUNT, node.publicKeyOf(FAUCET_ACCOUNT).toString())?.nonce;
  return programs.map((text, index) => {
    const signed = node.sign({
      signerId: FAUCET_ACCOUNT,
      receiverId: probe.id,
      actions: [actions.functionCall('program', Buffer.from(text), 100n * TGAS, 10n)],
      nonce: (nonce ?? 0n) + BigInt(index) + 1n,
    });
    void node.send(signed, 'INCLUDED');
    if (index % 5 === 0) node.blocks(1);
    return signed.hash;
  });
}

/** Everything visible of the transactions' outcomes and of the contract. */
function seen(node: TestNode, hashes: readonly string[]) {
  const inspection = node.devnet.inspect();
  return {
    outcomes: hashes.map((hash) => {
      const record = inspection.transaction(hash)?.record;
      return [record?.outcome, [...(record?.receipts ?? [])]];
    }),
    probe: inspection.account(`probe.${FAUCET_ACCOUNT}`),
    totals: inspection.totals(),
    height: inspection.height,
  };
}

test('random programs give the same chain in a second run and after a kill', async () => {
  const runs = fc.sample(
    fc.array(program, { minLength: PROGRAMS_PER_RUN, maxLength: PROGRAMS_PER_RUN }),
    { seed: 18, numRuns: RUNS },
  );
  for (const [index, programs] of runs.entries()) {
    const at = join(directory, String(index));
    const first = new TestNode({ journal: new FileJournal(at) });
    const hashes = await run(first, programs);
    first.blocks(12);
    const second = new TestNode();
    expect(await run(second, programs)).toEqual(hashes);
    second.blocks(12);
    expect(seen(second, hashes)).toEqual(seen(first, hashes));
    // Not closed, as after `kill -9`; then closed, which leaves a snapshot.
    const killed = new TestNode({ journal: new FileJournal(at) }, { isFresh: false });
    expect(seen(killed, hashes)).toEqual(seen(first, hashes));
    const { balancesYocto, inFlightYocto, burntYocto, genesisSupplyYocto } = seen(first, []).totals;
    expect(balancesYocto + inFlightYocto + burntYocto).toBe(genesisSupplyYocto);
    killed.devnet.close();
    const restored = new TestNode({ journal: new FileJournal(at) }, { isFresh: false });
    const view = (node: TestNode) =>
      node.query('view_state', { account_id: `probe.${FAUCET_ACCOUNT}`, prefix_base64: '' });
    expect(await view(restored)).toEqual(await view(first));
    // A lookup in the restored trie costs the same gas.
    restored.blocks(1);
    first.blocks(1);
    const next = await Promise.all([first, restored].map((node) => gasOfPut(node)));
    expect(next[1]).toEqual(next[0]);
    restored.devnet.close();
  }
});

async function gasOfPut(node: TestNode): Promise<number> {
  const { result } = await node.execute({
    signerId: FAUCET_ACCOUNT,
    receiverId: `probe.${FAUCET_ACCOUNT}`,
    actions: [actions.functionCall('put', Buffer.from('a=1'), 10n * TGAS, 0n)],
  });
  return result.receipts_outcome[0].outcome.gas_burnt;
}
