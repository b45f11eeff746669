import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { Account, actions, JsonRpcProvider, KeyPair, type KeyPairString } from 'near-api-js';
import { devnetServiceKey } from '../../app/lib/settings/development-keys.ts';
import { createAesKeyVault } from '../../packages/wallet-engine/src/adapters/keys/aes-key-vault.ts';
import {
  formsOfBytes,
  formsOfKey,
} from '../../packages/wallet-engine/src/testing/forms-of-secret.ts';
import { freePort } from '../../packages/wallet-engine/src/testing/free-ports.ts';
import { deriveLaneKey } from '../../packages/wallet-engine/src/testing/opened-wallet-key.ts';
import { worldTerms } from '../../packages/wallet-engine/src/testing/simulator/world/world.ts';
import { DatabaseReader } from '../chaos/database-reader.ts';
import { temporaryDataDir, withoutOurVariables } from './app-server.ts';
import { expect, newVisitor, test } from './test.ts';

const root = join(import.meta.dirname, '../..');
const SERVICE_ACCOUNT = 'choonsim.devnet';
const people = Array.from({ length: 12 }, newVisitor);

/** Runs a file of this project like its npm script. */
function run(
  file: string,
  env: Record<string, string>,
  options: string[] = [],
  args: string[] = [],
) {
  const child = spawn(
    process.execPath,
    [...options, '--import', './scripts/require-node.mjs', file, ...args],
    { cwd: root, env: { ...withoutOurVariables(process.env), ...env } },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const says = async (pattern: RegExp) => {
    const untilMs = Date.now() + 60_000;
    while (!pattern.test(output)) {
      if (child.exitCode !== null || Date.now() > untilMs) throw new Error(`${file}: ${output}`);
      await sleep(50);
    }
  };
  return { child, says, output: () => output };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** V8's heap snapshot, which includes all strings. */
async function heapSnapshot(child: ChildProcess, folder: string): Promise<string> {
  child.kill('SIGUSR2');
  const isWhole = (text: string) => text.trimEnd().endsWith(']}');
  for (let tries = 0; tries < 300; tries += 1) {
    await sleep(200);
    const [file] = readdirSync(folder).filter((name) => name.endsWith('.heapsnapshot'));
    const text = file ? readFileSync(join(folder, file), 'latin1') : '';
    if (isWhole(text)) return text;
  }
  throw new Error('no heap snapshot was written');
}

const pieceLength = 1024 * 1024;
const longestSecret = 1024;

/** All writable memory of the process: heap, buffers, stacks. Linux only. */
function* writableMemory(pid: number): Generator<string> {
  const piece = Buffer.alloc(pieceLength + longestSecret);
  const nothing = Buffer.alloc(piece.length);
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n');
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const line of maps) {
      const [, from = '', to = ''] = /^([\da-f]+)-([\da-f]+) rw/.exec(line) ?? [];
      if (from === '') continue;
      const begin = BigInt(`0x${from}`);
      const end = BigInt(`0x${to}`);
      for (let at = begin; at < end; at += BigInt(pieceLength)) {
        // A secret may span two chunks.
        const wanted = Math.min(Number(end - at), pieceLength + longestSecret);
        try {
          readSync(memory, piece, 0, wanted, at);
        } catch {
          // The region was released meanwhile.
          break;
        }
        const read = piece.subarray(0, wanted);
        // Most reserved memory was never used.
        if (!read.equals(nothing.subarray(0, wanted))) yield read.toString('latin1');
      }
    }
  } finally {
    closeSync(memory);
  }
}

/** The names of the secrets found in memory in any encoding. */
function secretsIn(pid: number, secrets: Record<string, string[]>): string[] {
  const found = new Set<string>();
  for (const region of writableMemory(pid)) {
    for (const [name, forms] of Object.entries(secrets)) {
      if (forms.some((form) => region.includes(form))) found.add(name);
    }
  }
  return [...found].sort();
}

test('a web process without secrets signs up users, beside a worker that has them', async () => {
  test.setTimeout(180_000);
  const [dataDir, snapshots] = [temporaryDataDir(), temporaryDataDir()];
  const [port, chainPort] = [await freePort(), await freePort()];
  const chainUrl = `http://127.0.0.1:${chainPort}`;
  const devnet = run(
    'packages/near-devnet/src/node/main.ts',
    {},
    [],
    [...['--port', String(chainPort), '--data', join(dataDir, 'chain')]],
  );
  await devnet.says(/127\.0\.0\.1|localhost/);
  // The devnet's own key is public, so the account gets one that only the worker knows.
  const serviceKey = KeyPair.fromRandom('ed25519');
  const provider = new JsonRpcProvider({ url: chainUrl });
  await new Account(
    SERVICE_ACCOUNT,
    provider,
    devnetServiceKey as KeyPairString,
  ).signAndSendTransaction({
    receiverId: SERVICE_ACCOUNT,
    actions: [actions.addFullAccessKey(serviceKey.getPublicKey())],
    waitUntil: 'FINAL',
  });
  const masterKey = { version: 1, key: randomBytes(32) };
  const servicePrivateKey = serviceKey.toString();
  const vault = createAesKeyVault({
    masterKeys: [masterKey],
    servicePrivateKey,
    terms: worldTerms,
  });
  const sealingKey = vault.sealingKey();
  const authSecret = randomBytes(32).toString('hex');
  const shared = {
    NODE_ENV: 'production',
    NEAR_NETWORK_ID: 'devnet',
    DEVNET_PORT: String(chainPort),
    WALLET_STOCK: '0',
    DATA_DIR: dataDir,
    BETTER_AUTH_URL: `http://localhost:${port}`,
    BETTER_AUTH_SECRET: authSecret,
  };
  const ofWorker = {
    ...shared,
    NEAR_SERVICE_PRIVATE_KEY: servicePrivateKey,
    WALLET_ENCRYPTION_KEYS: `1:${masterKey.key.toString('base64')}`,
  };
  const ofWeb = {
    ...shared,
    PORT: String(port),
    WALLET_WORKER: 'off',
    WALLET_SEALING_KEY: `1:${sealingKey.publicKey}:${sealingKey.senderKey}`,
    SIGNUP_LIMIT_PER_IP: '0',
  };
  const printed = run('wallet.ts', ofWorker, [], ['sealing-key']);
  await printed.says(
    new RegExp(`^WALLET_SEALING_KEY=1:${sealingKey.publicKey}:${sealingKey.senderKey}$`, 'm'),
  );

  const worker = run('worker.ts', ofWorker);
  await worker.says(/Choonsim worker/);
  const web = run(
    'server.ts',
    ofWeb,
    [...['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${snapshots}`]],
    ['--no-build'],
  );
  try {
    await web.says(/is ready/);
    const origin = shared.BETTER_AUTH_URL;
    const post = (path: string, body: object, cookie = '') =>
      fetch(`${origin}${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Origin: origin, Cookie: cookie },
        body: JSON.stringify(body),
      });
    const cookies: string[] = [];
    for (const { name, email, password } of people) {
      const answer = await post('/api/auth/sign-up/email', { name, email, password });
      expect(answer.status).toBe(200);
      cookies.push(
        answer.headers
          .getSetCookie()
          .map((each) => each.split(';')[0])
          .join('; '),
      );
    }
    const isReady = async (cookie: string) => {
      const status = await fetch(`${origin}/api/wallet/status`, { headers: { Cookie: cookie } });
      return Object(await status.json()).isReady === true;
    };
    for (const cookie of cookies)
      await expect.poll(() => isReady(cookie), { timeout: 60_000 }).toBe(true);

    const sqlite = new Database(join(dataDir, 'choonsim.db'), { readonly: true });
    const stored = new DatabaseReader(sqlite).storedKeys();
    expect(stored).toHaveLength(people.length);
    for (const key of stored) {
      expect(key.encryptedPrivateKey).toMatch(/^v1\.s\./);
      await vault.verifyWalletKey(key);
    }
    const deploymentId = new DatabaseReader(sqlite).deploymentId();
    const lanes = sqlite
      .prepare('SELECT "laneNumber" FROM "ServiceKeyLane" WHERE "laneNumber" > 0')
      .pluck()
      .all() as number[];
    sqlite.close();

    // Operations that need keys are rejected with a clear message.
    const [cookie = ''] = cookies;
    const page = await fetch(`${origin}/wallet/key`, { headers: { Cookie: cookie } });
    expect(await page.text()).toMatch(/고객센터|contact support/);
    const exporting = await fetch(`${origin}/wallet/key`, {
      method: 'POST',
      redirect: 'manual',
      headers: { Origin: origin, Cookie: cookie },
      body: new URLSearchParams({ word: '내보내기' }),
    });
    expect([exporting.status, exporting.headers.get('location')]).toEqual([302, '/wallet/key']);
    const rotating = run('wallet.ts', ofWeb, [], ['rotate-keys']);
    await once(rotating.child, 'exit');
    expect(rotating.output()).toMatch(/WALLET_WORKER: off: this process holds no keys/);

    const secrets: Record<string, string[]> = {
      'the service key': formsOfKey(servicePrivateKey),
      'the master key': formsOfBytes(masterKey.key),
      // A single lane's key could make payments.
      'the key of a lane': formsOfKey(
        deriveLaneKey({ servicePrivateKey, deploymentId, laneNumber: lanes[0] ?? 0 }),
      ),
    };
    expect(lanes.length).toBeGreaterThan(0);
    const snapshot = await heapSnapshot(web.child, snapshots);
    for (const [name, forms] of Object.entries(secrets)) {
      expect(
        forms.filter((form) => snapshot.includes(form)),
        name,
      ).toEqual([]);
    }
    // The search works: it finds what is there.
    expect(snapshot).toContain(authSecret);
    expect(snapshot).toContain(sealingKey.publicKey);
    if (process.platform === 'linux') {
      const known = { ...secrets, 'what it may know': [authSecret] };
      expect(secretsIn(Number(web.child.pid), known)).toEqual(['what it may know']);
      const { 'the service key': forms } = secrets;
      expect(secretsIn(Number(worker.child.pid), { forms: forms ?? [] })).toEqual(['forms']);
    }
  } finally {
    for (const { child } of [web, worker, devnet]) await end(child);
  }
});

test('it starts without any of these secrets, and only with the workers’ public key', async () => {
  const ofWeb = {
    NODE_ENV: 'production',
    NEAR_NETWORK_ID: 'devnet',
    DATA_DIR: temporaryDataDir(),
    BETTER_AUTH_URL: 'http://localhost:3000',
    BETTER_AUTH_SECRET: randomBytes(32).toString('hex'),
    WALLET_WORKER: 'off',
  };
  const without = run('server.ts', ofWeb, [], ['--no-build']);
  await once(without.child, 'exit');
  expect(without.output()).toMatch(/WALLET_SEALING_KEY: missing\..*sealing-key/);
  const secret = `1:${randomBytes(32).toString('base64')}`;
  const withOne = run(
    'server.ts',
    { ...ofWeb, WALLET_ENCRYPTION_KEYS: secret },
    [],
    ['--no-build'],
  );
  await once(withOne.child, 'exit');
  expect(withOne.output()).toMatch(/WALLET_ENCRYPTION_KEYS: WALLET_WORKER=off needs no secret/);
});
