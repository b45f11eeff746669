import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Action,
  actions,
  baseDecode,
  createTransaction,
  JsonRpcProvider,
  KeyPair,
  KeyPairSigner,
  PublicKey,
} from 'near-api-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hashToBase58 } from '../bytes/hash.ts';
import { CHOCO_TOKEN, developmentKey, ROOT_ACCOUNT, SERVICE_ACCOUNT } from '../rules/genesis.ts';
import { TestNode } from '../testing/test-node.ts';
import { type DevnetServer, startDevnetServer } from './devnet-server.ts';

let server: DevnetServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const signer = KeyPairSigner.fromSecretKey(developmentKey(SERVICE_ACCOUNT).secretKey);

async function sign(provider: JsonRpcProvider, receiverId: string, list: Action[]) {
  const publicKey = await signer.getPublicKey();
  const key = await provider.viewAccessKey({ accountId: SERVICE_ACCOUNT, publicKey });
  const block = await provider.viewBlock({ finality: 'final' });
  const nonce = BigInt(key.nonce) + 1n;
  const tx = createTransaction(
    SERVICE_ACCOUNT,
    publicKey,
    receiverId,
    nonce,
    list,
    baseDecode(block.header.hash),
  );
  return (await signer.signTransaction(tx)).signedTransaction;
}

test('near-api-js creates, registers and rewards a wallet over HTTP', async () => {
  server = await startDevnetServer({ port: 0, blockTimeMs: 5 });
  const provider = new JsonRpcProvider({ url: server.rpcUrl }, { retries: 1 });
  const wallet = KeyPair.fromRandom('ed25519').getPublicKey();
  const created = await provider.sendTransactionUntil(
    await sign(provider, 'alice.choonsim.devnet', [
      actions.createAccount(),
      actions.addFullAccessKey(wallet),
      actions.transfer(10n ** 23n),
    ]),
    'FINAL',
  );
  expect(created.status).toEqual({ SuccessValue: '' });
  const rewarded = await provider.sendTransactionUntil(
    await sign(provider, CHOCO_TOKEN, [
      actions.functionCall(
        'storage_deposit',
        { account_id: 'alice.choonsim.devnet', registration_only: true },
        10n ** 13n,
        125n * 10n ** 19n,
      ),
      actions.functionCall(
        'ft_transfer',
        { receiver_id: 'alice.choonsim.devnet', amount: `${100n * 10n ** 18n}` },
        10n ** 13n,
        1n,
      ),
    ]),
    'FINAL',
  );
  expect(rewarded.status).toEqual({ SuccessValue: '' });
  const balance = await provider.callFunction({
    contractId: CHOCO_TOKEN,
    method: 'ft_balance_of',
    args: { account_id: 'alice.choonsim.devnet' },
  });
  expect(balance).toBe(`${100n * 10n ** 18n}`);
  const key = await provider.viewAccessKey({
    accountId: 'alice.choonsim.devnet',
    publicKey: PublicKey.fromString(wallet.toString()),
  });
  expect(key.permission).toBe('FullAccess');
  while (!server.devnet.inspect().isQuiet) server.devnet.produceBlock();
  const totals = server.devnet.inspect().totals();
  expect(totals.balancesYocto + totals.burntYocto).toBe(totals.genesisSupplyYocto);
});

describe('over HTTP', () => {
  const status = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'status', params: [] });
  const ask = (url: string, headers: Record<string, string>, options: RequestOptions = {}) =>
    new Promise<{ status: number | undefined; text: string; headers: IncomingHttpHeaders }>(
      (resolve, reject) => {
        const asking = request(url, { method: 'POST', headers, ...options }, async (response) => {
          const text = Buffer.concat(await response.toArray()).toString();
          resolve({ status: response.statusCode, text, headers: response.headers });
        });
        asking.on('error', reject).end((options.method ?? 'POST') === 'POST' ? status : '');
      },
    );

  test('requests of other websites are rejected, by origin and by host', async () => {
    server = await startDevnetServer({ port: 0, blockTimeMs: 'manual', faults: true });
    const { port } = new URL(server.rpcUrl);
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { host: `evil.example:${port}` },
    ];
    for (const headers of foreign) {
      for (const path of ['/', '/devnet', '/devnet/faults', '/status']) {
        for (const method of ['GET', 'POST', 'OPTIONS']) {
          const refused = await ask(server.rpcUrl + path, headers, { method });
          expect(refused.status).toBe(403);
          expect(refused.text).toContain('This devnet answers to this machine only');
          expect(refused.headers).not.toHaveProperty('access-control-allow-origin');
        }
      }
    }
    const origin = 'http://localhost:5173';
    const answered = await ask(server.rpcUrl, { origin, host: `localhost:${port}` });
    expect(answered).toMatchObject({
      status: 200,
      headers: { 'access-control-allow-origin': origin },
    });
  });

  test('HEAD gets the status of GET, without content', async () => {
    server = await startDevnetServer({ port: 0, blockTimeMs: 'manual' });
    for (const path of ['/status', '/health', '/network_info']) {
      const head = await ask(server.rpcUrl + path, {}, { method: 'HEAD' });
      expect([head.status, head.text]).toEqual([200, '']);
      expect((await ask(server.rpcUrl + path, {}, { method: 'GET' })).status).toBe(200);
    }
    expect((await ask(`${server.rpcUrl}/other`, {}, { method: 'HEAD' })).status).toBe(404);
  });

  test('allowedHosts adds host names', async () => {
    server = await startDevnetServer({ port: 0, blockTimeMs: 'manual', allowedHosts: ['devnet'] });
    expect((await ask(server.rpcUrl, { host: 'devnet:3030' })).status).toBe(200);
    expect((await ask(server.rpcUrl, { host: 'other:3030' })).status).toBe(403);
  });
});

describe('a data directory', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'devnet-'));
  });
  afterEach(async () => {
    await server?.close();
    server = undefined;
    rmSync(directory, { recursive: true, force: true });
  });
  const start = (dataDir: string, onFailure = (_error: unknown): void => undefined) =>
    startDevnetServer({ port: 0, blockTimeMs: 5, dataDir, onFailure });

  test('in use by a running devnet is rejected, and free once that is closed', async () => {
    server = await start(directory);
    await expect(start(join(directory, '.'))).rejects.toThrow(
      `A devnet (process ${process.pid}) is using the data directory ${directory}`,
    );
    await server.close();
    server = await start(directory);
  });

  test('that cannot be created is reported with a clear message', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    await expect(start(join(file, 'data'))).rejects.toThrow(
      `The devnet cannot keep its chain in ${join(file, 'data')}`,
    );
  });

  test.each(['origin.json', 'snapshot.jsonl'])('with a damaged %s is reported', async (name) => {
    server = await start(directory);
    await server.close();
    server = undefined;
    writeFileSync(join(directory, name), '{"generation":1}\n{"account');
    await expect(start(directory)).rejects.toThrow(`The chain in ${directory} cannot be read`);
  });

  test.each(['{"genesis":{}}', '{"genesis":{"tokens":[]}}', '[]', 'null', '5'])(
    'with the origin %s is reported',
    async (origin) => {
      writeFileSync(join(directory, 'origin.json'), origin);
      await expect(start(directory)).rejects.toThrow(
        `The chain in ${directory} cannot be read: origin.json does not say how a chain began`,
      );
    },
  );

  test('of an older devnet, whose protocol has fewer fees, is continued', async () => {
    server = await start(directory);
    await server.close();
    const path = join(directory, 'origin.json');
    const origin = JSON.parse(readFileSync(path, 'utf8'));
    const { fees } = origin.config;
    delete fees[Object.keys(fees).at(-1) ?? ''];
    writeFileSync(path, JSON.stringify(origin));
    server = await start(directory);
    const provider = new JsonRpcProvider({ url: server.rpcUrl }, { retries: 1 });
    const config = await provider.experimental_protocolConfig({ finality: 'final' });
    expect(config.protocol_version).toBe(86);
  });

  test('that can no longer be written stops the node with a clear message', async () => {
    const failure = new Promise((resolve) => {
      void start(directory, resolve).then((started) => {
        server = started;
        // The path of the next snapshot.
        mkdirSync(join(directory, 'snapshot.jsonl.new'));
        const { devnet } = started;
        // Makes the journal long enough for a snapshot.
        devnet.producer.patch(
          Array.from({ length: 50_000 }, (_, index) => ({
            type: 'account',
            accountId: `patched-${index}.devnet`,
            amountYocto: '0',
            lockedYocto: '0',
          })),
        );
        const { base64 } = new TestNode().sign({
          signerId: SERVICE_ACCOUNT,
          receiverId: ROOT_ACCOUNT,
          actions: [actions.transfer(1n)],
          blockHash: hashToBase58(devnet.inspect().finalBlockHash),
        });
        const params = { signed_tx_base64: base64, wait_until: 'NONE' };
        void devnet.handle({ jsonrpc: '2.0', id: 1, method: 'send_tx', params });
      });
    });
    expect(await failure).toMatchObject({
      name: 'DataError',
      message: expect.stringContaining(`cannot keep its chain in ${directory}`),
    });
    const { rpcUrl } = server ?? { rpcUrl: '' };
    await expect(fetch(`${rpcUrl}/status`)).rejects.toThrow();
    await expect(server?.close()).rejects.toThrow('cannot keep its chain');
    server = undefined;
  });
});
