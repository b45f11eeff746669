import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { actions, JsonRpcProvider, KeyPair } from 'near-api-js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Faults } from '../rpc/faults.ts';
import { CHOCO_TOKEN, FAUCET_ACCOUNT, ROOT_ACCOUNT, SERVICE_ACCOUNT } from '../rules/genesis.ts';
import { TestNode } from '../testing/test-node.ts';
import { FileJournal } from './file-journal.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'devnet-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function open(at = directory, faults = new Faults()): TestNode {
  return new TestNode({ journal: new FileJournal(at), faults });
}

const transfer = (receiverId: string, amountYocto = 1n) => ({
  signerId: SERVICE_ACCOUNT,
  receiverId,
  actions: [actions.transfer(amountYocto)],
});

test('continues where it was killed: chain, height, state, results', async () => {
  const node = open();
  const signed = node.sign(transfer(ROOT_ACCOUNT, 5n));
  const answer = node.send(signed);
  node.blocks(10);
  await answer;
  const before = node.devnet.inspect();
  const status = await node.call('status', []);
  // Not closed: only what was written block by block exists.
  const again = new TestNode({ journal: new FileJournal(directory), genesis: { height: 5 } });
  const after = again.devnet.inspect();
  expect(after.height).toBe(before.height + 3);
  expect(after.totals()).toEqual(before.totals());
  const hash = (await again.call('status', [])).result.genesis_hash;
  expect(hash).toBe(status.result.genesis_hash);
  const resent = await again.send(signed);
  expect(resent.result.final_execution_status).toBe('FINAL');
  again.blocks(3);
  expect(again.devnet.inspect().account(ROOT_ACCOUNT)).toEqual(before.account(ROOT_ACCOUNT));
});

test('another chain instance has another genesis hash', async () => {
  const first = new TestNode({
    journal: new FileJournal(directory),
    genesis: { chainInstanceId: 'a' },
  });
  const second = new TestNode({ genesis: { chainInstanceId: 'b' } });
  const genesisOf = async (node: TestNode) => (await node.call('status', [])).result.genesis_hash;
  expect(await genesisOf(first)).not.toBe(await genesisOf(second));
});

test('a torn last line loses only its block', async () => {
  const node = open();
  await node.execute(transfer(ROOT_ACCOUNT));
  const totals = node.devnet.inspect().totals();
  appendFileSync(join(directory, 'blocks-0.jsonl'), '{"type":"block","height":9');
  appendFileSync(join(directory, 'transactions.jsonl'), 'abc');
  const again = open();
  expect(again.devnet.inspect().totals()).toEqual(totals);
  await again.execute(transfer(ROOT_ACCOUNT));
  expect(open().devnet.inspect().totals()).toEqual(again.devnet.inspect().totals());
});

test('an idle chain writes only its height', () => {
  const node = open();
  const size = () => readFileSync(join(directory, 'blocks-0.jsonl')).length;
  const before = size();
  node.blocks(500);
  expect(size()).toBe(before);
  const { height } = node.devnet.inspect();
  expect(open().devnet.inspect().height).toBe(height + 3);
});

type Step =
  | 'transfer'
  | 'wallet'
  | 'token'
  | 'invalid'
  | 'block'
  | 'skip'
  | 'revert'
  | 'drop'
  | 'patch'
  | 'restart';
const anyStep = fc.constantFrom<Step>(
  'transfer',
  'wallet',
  'token',
  'invalid',
  'block',
  'block',
  'block',
  'skip',
  'revert',
  'drop',
  'patch',
  'restart',
);

test('a replay gives the same chain after any sequence of steps', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 30 }), async (steps) => {
      const original = mkdtempSync(join(tmpdir(), 'devnet-'));
      const killed = `${original}-killed`;
      const faults = new Faults();
      let node = open(original, faults);
      for (const [index, step] of steps.entries()) {
        if (step === 'restart') {
          node.devnet.close();
          node = open(original, faults);
        } else {
          await take(node, step, index, faults);
        }
      }
      cpSync(original, killed, { recursive: true });
      node.devnet.close();
      // Without the first blocks that a fresh TestNode makes.
      reopenAndClose(killed);
      expect(snapshotOf(killed)).toEqual(snapshotOf(original));
      for (const path of [original, killed]) rmSync(path, { recursive: true });
    }),
    {
      numRuns: 40,
      // The first block undone was idle: the journal has only its height.
      examples: [[['transfer', 'block', 'restart', 'drop', 'revert']]],
    },
  );
});

function reopenAndClose(path: string): void {
  const node = new TestNode({ journal: new FileJournal(path) }, { isFresh: false });
  node.devnet.close();
}

function snapshotOf(path: string): string[] {
  // Without the generation; sorted, since a replay may insert in another order; and without the time of the head, which
  // is an estimate for an idle block.
  const text = readFileSync(join(path, 'snapshot.jsonl'), 'utf8').replace(/"lastMs":\d+/, '');
  return text.split('\n').slice(1).sort();
}

async function take(node: TestNode, step: Step, index: number, faults: Faults): Promise<void> {
  switch (step) {
    case 'transfer':
      await node.send(node.sign(transfer(ROOT_ACCOUNT, BigInt(index))), 'NONE');
      return;
    case 'wallet': {
      const key = KeyPair.fromRandom('ed25519').getPublicKey();
      const list = [actions.createAccount(), actions.addFullAccessKey(key)];
      const wallet = {
        signerId: FAUCET_ACCOUNT,
        receiverId: `w${index}.faucet.devnet`,
        actions: list,
      };
      await node.send(node.sign(wallet), 'NONE');
      return;
    }
    case 'token': {
      const args = { receiver_id: FAUCET_ACCOUNT, amount: '1', msg: '' };
      const call = actions.functionCall('ft_transfer_call', args, 10n ** 14n, 1n);
      const tx = { signerId: SERVICE_ACCOUNT, receiverId: CHOCO_TOKEN, actions: [call] };
      await node.send(node.sign(tx), 'NONE');
      return;
    }
    case 'invalid':
      faults.clear();
      faults.add({ kind: 'include-invalid', error: 'Expired' });
      await node.send(node.sign(transfer(ROOT_ACCOUNT)), 'NONE');
      return;
    case 'block':
      node.blocks(1);
      return;
    case 'skip':
      node.devnet.producer.skipBlocks(1);
      node.blocks(1);
      return;
    case 'revert':
      node.devnet.producer.revertHead('return');
      return;
    case 'drop':
      node.devnet.producer.revertHead('drop');
      return;
    case 'patch':
      node.devnet.producer.patch([
        { type: 'account', accountId: `p${index}.devnet`, amountYocto: '5', lockedYocto: '0' },
      ]);
  }
}

test('kill -9 under load: no transaction answered as included is lost, none executes twice', async () => {
  const { child, rpcUrl } = await startProcess();
  const ended = once(child, 'exit');
  const signing = new TestNode();
  const provider = new JsonRpcProvider({ url: rpcUrl }, { retries: 1 });
  const block = await provider.viewBlock({ finality: 'final' });
  const answered: string[] = [];
  const sends: Promise<void>[] = [];
  for (let nonce = 1n; nonce <= 200n; nonce++) {
    const { hash, base64 } = signing.sign({
      ...transfer('ab'.repeat(32)),
      nonce,
      blockHash: block.header.hash,
    });
    const params = { signed_tx_base64: base64, wait_until: 'INCLUDED' };
    const sent = provider.sendJsonRpc('send_tx', params).then(
      () => {
        answered.push(hash);
        if (answered.length === 60) child.kill('SIGKILL');
      },
      () => undefined,
    );
    sends.push(sent);
  }
  await Promise.all(sends);
  expect(child.killed).toBe(true);
  // Until it has exited its pid is alive, so the directory counts as in use.
  await ended;

  const node = open();
  node.blocks(6);
  const chain = node.devnet.inspect();
  for (const hash of answered) expect(chain.transaction(hash)?.result?.type).toBe('value');
  const executed = chain.transactions().filter(({ result }) => result?.type === 'value');
  expect(executed.length).toBeGreaterThanOrEqual(answered.length);
  expect(chain.account('ab'.repeat(32))?.amountYocto).toBe(BigInt(executed.length));
  const totals = chain.totals();
  expect(totals.balancesYocto + totals.burntYocto).toBe(totals.genesisSupplyYocto);
});

async function startProcess(): Promise<{ child: ChildProcess; rpcUrl: string }> {
  const args = ['--port', '0', '--block-time', '10', '--data', directory];
  const child = spawn(process.execPath, [join(import.meta.dirname, '../node/main.ts'), ...args]);
  const [output] = await once(child.stdout, 'data');
  const rpcUrl = /http:\/\/\S+/.exec(String(output))?.[0] ?? '';
  return { child, rpcUrl };
}

test('a directory in use is rejected', async () => {
  const { child } = await startProcess();
  expect(() => new FileJournal(directory)).toThrow(
    `A devnet (process ${child.pid}) is using the data directory ${directory}`,
  );
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
  open().devnet.close();
});
