import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MasterKey } from '../../ports/master-keys.ts';
import { describeKeyVault, suiteTerms } from '../../testing/suites/key-vault-suite.ts';
import { createAesKeyVault } from './aes-key-vault.ts';
import { secretKeyText } from './ed25519-key.ts';
import { createVaultTransitMasterKeys } from './vault-transit-master-keys.ts';

const token = 'hvs.a-secret-token';
const servicePrivateKey = secretKeyText(new Uint8Array(32).fill(1));

/** Vault's transit engine as far as it is needed: one key, `decrypt` in batches, its error shapes. */
class FakeTransit {
  readonly #wrappingKey = randomBytes(32);
  readonly asked: { path: string; token: string | undefined }[] = [];
  /** Answered, in order, before it works. */
  failures: number[] = [];
  readonly server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const given = request.headers['x-vault-token'];
      this.asked.push({ path: request.url ?? '', token: given?.toString() });
      const { status, answer } = this.#answer(request.url ?? '', given?.toString(), body);
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(answer));
    });
  });

  wrap(plaintext: Uint8Array): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#wrappingKey, nonce);
    const sealed = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    return `vault:v1:${Buffer.concat([nonce, sealed]).toString('base64')}`;
  }

  #answer(path: string, given: string | undefined, body: string) {
    const failure = this.failures.shift();
    if (failure) return { status: failure, answer: { errors: ['Vault is sealed'] } };
    if (given !== token) return { status: 403, answer: { errors: ['permission denied'] } };
    if (path !== '/v1/transit/decrypt/choonsim') return { status: 404, answer: { errors: [] } };
    const { batch_input: batch } = JSON.parse(body) as { batch_input: { ciphertext: string }[] };
    const results = batch.map(({ ciphertext }) => this.#unwrap(ciphertext));
    const isPartial = results.some((result) => 'error' in result);
    return { status: isPartial ? 400 : 200, answer: { data: { batch_results: results } } };
  }

  #unwrap(ciphertext: string) {
    try {
      const sealed = Buffer.from(ciphertext.replace(/^vault:v1:/, ''), 'base64');
      const cipher = createDecipheriv('aes-256-gcm', this.#wrappingKey, sealed.subarray(0, 12));
      cipher.setAuthTag(sealed.subarray(-16));
      const plaintext = Buffer.concat([cipher.update(sealed.subarray(12, -16)), cipher.final()]);
      return { plaintext: plaintext.toString('base64') };
    } catch {
      return { error: 'cipher: message authentication failed', plaintext: '' };
    }
  }
}

let unwrapped: MasterKey[] = [];
beforeAll(async () => {
  const { server, ...transit } = await startedTransit();
  const provider = createVaultTransitMasterKeys({
    ...{ address: transit.address, token, keyName: 'choonsim' },
    wrappedKeys: [{ version: 1, ciphertext: transit.wrap(randomBytes(32)) }],
    clock: { sleep: async () => undefined },
  });
  unwrapped = await provider.readMasterKeys();
  server.close();
});

describeKeyVault({
  name: 'AES-256-GCM under a master key from a transit engine',
  create: () => createAesKeyVault({ masterKeys: unwrapped, servicePrivateKey, terms: suiteTerms }),
});

async function startedTransit() {
  const transit = new FakeTransit();
  const { server } = transit;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, address, wrap: (plaintext: Uint8Array) => transit.wrap(plaintext) };
}

describe('master keys from a transit engine', () => {
  let transit: FakeTransit;
  let address: string;
  const pauses: number[] = [];
  const clock = {
    sleep: async (delayMs: number) => {
      pauses.push(delayMs);
    },
  };
  beforeEach(async () => {
    pauses.length = 0;
    transit = new FakeTransit();
    await new Promise<void>((resolve) => transit.server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(transit.server.address() as AddressInfo).port}`;
  });
  afterEach(() => new Promise((resolve) => transit.server.close(resolve)));

  const [newest, older] = [randomBytes(32), randomBytes(32)];
  const providerOf = (changes: Partial<Parameters<typeof createVaultTransitMasterKeys>[0]> = {}) =>
    createVaultTransitMasterKeys({
      address,
      token,
      keyName: 'choonsim',
      wrappedKeys: [
        { version: 2, ciphertext: transit.wrap(newest) },
        { version: 1, ciphertext: transit.wrap(older) },
      ],
      clock,
      ...changes,
    });

  it('are unwrapped in one call at the start; wallets then need no network', async () => {
    const masterKeys = await providerOf().readMasterKeys();
    expect(masterKeys.map(({ version }) => version)).toEqual([2, 1]);
    expect(masterKeys.map(({ key }) => Buffer.from(key))).toEqual([newest, older]);
    expect(transit.asked).toEqual([{ path: '/v1/transit/decrypt/choonsim', token }]);
    const vault = createAesKeyVault({ masterKeys, servicePrivateKey, terms: suiteTerms });
    for (let times = 0; times < 20; times += 1) {
      const binding = { deploymentId: 'one', walletId: 'ann', accountId: 'ann.near' };
      const key = await vault.createWalletKey(binding);
      expect(key.encryptedPrivateKey).toMatch(/^v2\./);
    }
    expect(transit.asked).toHaveLength(1);
  });

  it('are retried while Vault is sealed or overloaded', async () => {
    transit.failures = [503, 429, 500];
    expect(await providerOf().readMasterKeys()).toHaveLength(2);
    expect(pauses).toEqual([500, 1_000, 2_000]);
  });

  it.each([
    ['VAULT_TOKEN', { token: 'hvs.another' }],
    ['VAULT_TRANSIT_KEY', { keyName: 'of/another' }],
    ['VAULT_ADDR', { address: 'http://127.0.0.1:9' }],
    ['VAULT_TRANSIT_KEY', { wrappedKeys: [{ version: 3, ciphertext: 'vault:v1:AAAA' }] }],
  ])('report that %s is wrong without revealing a secret', async (name, changes) => {
    const error = await providerOf(changes)
      .readMasterKeys()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'MasterKeysUnavailableError' });
    const { message } = error as Error;
    expect(message).toMatch(new RegExp(`^${name}: `));
    expect(message).not.toContain('hvs.');
  });

  it('reject keys that are not 32 bytes', async () => {
    const wrappedKeys = [{ version: 1, ciphertext: transit.wrap(randomBytes(16)) }];
    await expect(providerOf({ wrappedKeys }).readMasterKeys()).rejects.toThrow(/32 bytes/);
  });
});
