import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { developmentKey } from '../rules/genesis.ts';
import { compileContract } from '../testing/compile-contract.ts';
import type { DevnetServer } from './devnet-server.ts';
import { runSandboxCommand } from './sandbox-command.ts';

let home: string;
let server: DevnetServer | null = null;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'devnet-home-'));
});
afterEach(async () => {
  await server?.close();
  server = null;
  rmSync(home, { recursive: true, force: true });
});

const readFile = (name: string) => JSON.parse(readFileSync(join(home, name), 'utf8'));
const base64 = (text: string) => Buffer.from(text).toString('base64');

async function run(): Promise<void> {
  server = await runSandboxCommand(['run'], { home, rpcAddr: '127.0.0.1:0' });
}

async function ask(method: string, params: object) {
  const response = await fetch(server?.rpcUrl ?? '', {
    method: 'POST',
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = (await response.json()) as { result: never; error: unknown };
  if (error !== undefined) throw new Error(JSON.stringify(error));
  return result as Record<string, unknown>;
}

const view = (type: string, accountId: string, more = {}) =>
  ask('query', { request_type: type, finality: 'optimistic', account_id: accountId, ...more });

test('init writes the files that tools read, run starts the chain they describe', async () => {
  expect(await runSandboxCommand(['init'], { home })).toBeNull();
  const { publicKey, secretKey } = developmentKey('test.near');
  expect(readFile('validator_key.json')).toEqual({
    account_id: 'test.near',
    public_key: publicKey,
    secret_key: secretKey,
  });
  await run();
  expect(await ask('status', {})).toMatchObject({ chain_id: 'localnet' });
  expect(await view('view_account', 'test.near')).toMatchObject({ amount: `1${'0'.repeat(33)}` });
  expect(await view('view_access_key', 'test.near', { public_key: publicKey })).toMatchObject({
    permission: 'FullAccess',
  });
});

test('run loads records added to the genesis: accounts, keys, code and data', async () => {
  await runSandboxCommand(['init'], { home, chainId: 'mine', accountId: 'root.near' });
  const code = await compileContract('probe');
  const genesis = readFile('genesis.json');
  const { publicKey } = developmentKey('guest');
  const call = { FunctionCall: { allowance: '5', receiver_id: 'near', method_names: ['a'] } };
  genesis.records.push(
    { Account: { account_id: 'guest', account: { amount: `2${'0'.repeat(27)}`, locked: '0' } } },
    {
      AccessKey: {
        account_id: 'guest',
        public_key: publicKey,
        access_key: { nonce: 3, permission: call },
      },
    },
    { Contract: { account_id: 'guest', code: Buffer.from(code).toString('base64') } },
    { Data: { account_id: 'guest', data_key: base64('a'), value: base64('told') } },
  );
  writeFileSync(join(home, 'genesis.json'), JSON.stringify(genesis));
  await run();
  expect(await ask('status', {})).toMatchObject({ chain_id: 'mine' });
  expect(await view('view_access_key', 'guest', { public_key: publicKey })).toMatchObject({
    nonce: 3,
    permission: call,
  });
  const called = await view('call_function', 'guest', {
    method_name: 'get',
    args_base64: base64('a'),
  });
  expect(Buffer.from(called.result as number[]).toString()).toBe('told');
});

test('dumped state is a valid genesis', async () => {
  await runSandboxCommand(['init'], { home });
  await run();
  const records = [
    { Account: { account_id: 'late', account: { amount: '7', locked: '0' } } },
    { Data: { account_id: 'late', data_key: base64('k'), value: base64('v') } },
    { Contract: { account_id: 'late', code: base64('code') } },
  ];
  await ask('sandbox_patch_state', { records });
  const usage = (await view('view_account', 'late')).storage_usage;
  // While the node runs, and after it has stopped.
  await runSandboxCommand(['view-state', 'dump-state'], { home });
  const dumped = readFile('output.json');
  await server?.close();
  server = null;
  await runSandboxCommand(['view-state', 'dump-state'], { home, isStream: true });
  expect(readFile('output/records.json')).toEqual(dumped.records);
  rmSync(join(home, 'data'), { recursive: true });
  writeFileSync(join(home, 'genesis.json'), JSON.stringify(dumped));
  await run();
  expect(await view('view_account', 'late')).toMatchObject({ amount: '7', storage_usage: usage });
  expect(await view('view_state', 'late', { prefix_base64: '' })).toMatchObject({
    values: [{ key: base64('k'), value: base64('v') }],
  });
});

test('a folder without a chain and an unknown command are reported with clear messages', async () => {
  await expect(run()).rejects.toThrow('Run near-devnet --home');
  await expect(runSandboxCommand(['dance'], { home })).rejects.toThrow('knows init, run and');
});
