import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DevnetServer, startDevnetServer } from '@choonsim/near-devnet';
import { JsonRpcProvider } from 'near-api-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const source = join(import.meta.dirname, 'plain-node-server.ts');

describe('the engine in a plain Node server', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'choonsim-example-'));
  let chain: DevnetServer;
  let server: ChildProcess;
  let url = '';

  beforeAll(async () => {
    chain = await startDevnetServer({ port: 0, dataDir: null, faults: false, blockTimeMs: 200 });
    server = spawn(process.execPath, [source, join(folder, 'wallets.db'), '0', chain.rpcUrl]);
    url = await new Promise((resolve, reject) => {
      let output = '';
      const read = (chunk: Buffer) => {
        output += chunk;
        const address = /listening on (\S+)/.exec(output)?.[1];
        if (address) resolve(address);
      };
      server.stdout?.on('data', read);
      server.stderr?.on('data', read);
      server.once('exit', () => reject(new Error(output)));
    });
  }, 60_000);
  afterAll(async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    expect(await ended).toBe(0);
    await chain.close();
    rmSync(folder, { recursive: true });
  });

  it('fits on a page', () => {
    expect(readFileSync(source, 'utf8').split('\n').length).toBeLessThan(80);
  });

  it('signs up at once, and has a funded account on chain a moment later', async () => {
    const signedUp = await fetch(`${url}/users`, {
      method: 'POST',
      body: JSON.stringify({ email: 'ann@example.org' }),
    });
    expect(signedUp.status).toBe(201);
    const { userId, wallet } = (await signedUp.json()) as {
      userId: string;
      wallet: { accountId: string };
    };
    expect(wallet).toMatchObject({ ownerId: userId, status: 'PENDING', error: null });
    await expect
      .poll(async () => (await fetch(`${url}/users/${userId}`)).json(), {
        timeout: 40_000,
        interval: 200,
      })
      .toMatchObject({ wallet: { status: 'READY', balance: '100' } });

    const node = new JsonRpcProvider({ url: chain.rpcUrl });
    const { keys } = await node.viewAccessKeyList({ accountId: wallet.accountId });
    expect(keys).toHaveLength(1);
    const balance = await node.callFunction({
      contractId: 'choco.devnet',
      method: 'ft_balance_of',
      args: { account_id: wallet.accountId },
    });
    expect(balance).toBe(`100${'0'.repeat(18)}`);
  });

  it('refuses what it does not know', async () => {
    expect((await fetch(`${url}/users/nobody`)).status).toBe(404);
    expect((await fetch(`${url}/users`, { method: 'POST', body: '{' })).status).toBe(400);
  });
});
