import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { developmentKey, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import Database from 'better-sqlite3';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { createAesKeyVault } from '../adapters/keys/aes-key-vault.ts';
import { Ed25519Key } from '../adapters/keys/ed25519-key.ts';
import { diagnose } from '../operations/diagnose.ts';
import { during, ledger, MortalProcess, startEngine } from '../testing/engine-scenes.ts';
import { findForms, formsOfBytes, formsOfKey } from '../testing/forms-of-secret.ts';
import { openWalletKey } from '../testing/opened-wallet-key.ts';
import {
  storedKeyOfUser,
  World,
  worldMasterKey,
  worldTerms,
} from '../testing/simulator/world/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'choonsim-canary-'));
/** Providers of nodes put their customers' keys into the address. */
const providerKey = 'c4naryKeyOfOneCustomer';
const urls = [
  `https://down.example/v1/${providerKey}`,
  `https://node.example/v1?apiKey=${providerKey}`,
];
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('secrets', () => {
  it('appear nowhere: not in the database and its log, in logs, in messages to nodes, in errors', async () => {
    const world = new World();
    const file = join(folder, 'canary.db');
    world.sqlite.prepare('VACUUM INTO ?').run(file);
    world.sqlite = new Database(file);
    world.sqlite.pragma('journal_mode = WAL');
    world.sqlite.pragma('wal_autocheckpoint = 0');
    let written = '';
    const sink = new Writable({
      write(chunk, _encoding, done) {
        written += chunk;
        done();
      },
    });
    const logger = pino({ level: 'trace' }, sink);
    world.onLog = (line) => logger.info(line);
    const sent: string[] = [];
    const first = new MortalProcess(world);
    const notified =
      (transport: typeof world.transport): typeof world.transport =>
      async (call) => {
        if (call.url.includes('down')) throw new Error('connect ECONNREFUSED');
        sent.push(JSON.stringify(call.body));
        const answer = await transport(call);
        sent.push(answer.body);
        return answer;
      };
    const users = ['ann', 'bob', 'carl'];
    // The first dies with everything under way; carl's stored key is another's, so it must fail.
    const engine = await startEngine(world, {
      users,
      name: 'first',
      clock: first.clock,
      wrap: first.wrap,
      transport: notified(first.transport),
      urls,
    });
    await Promise.all(users.map((userId) => engine.requestWallet(userId)));
    world.sqlite.exec(
      `UPDATE "User" SET "nearPrivateKey" = (SELECT "nearPrivateKey" FROM "User" WHERE "id" = 'ann')
        WHERE "id" = 'carl'`,
    );
    const isSigned = () => ledger(world).some(({ purpose }) => purpose === 'CREATE');
    await world.clock.until(isSigned, 30_000);
    await world.clock.advance(300);
    first.kill();
    await startEngine(world, { name: 'second' });
    await world.untilReady(['ann', 'bob'], 60_000);

    const vault = createAesKeyVault({
      masterKeys: [worldMasterKey],
      servicePrivateKey: developmentKey(SERVICE_ACCOUNT).secretKey,
      terms: worldTerms,
    });
    const carl = world.user('carl');
    const thrown: unknown[] = [];
    for (const use of ['verifyWalletKey', 'reencryptWalletKey'] as const) {
      try {
        await vault[use](storedKeyOfUser(carl));
      } catch (error) {
        thrown.push(error);
      }
    }
    const transport = notified(world.transport);
    const away = { urls: urls.slice(0, 1), transport };
    const reconciling = world.reconciler(away).run({
      adopt: false,
      adoptRegistered: false,
      unfinishedOnly: true,
    });
    thrown.push(await reconciling.catch((error: unknown) => error));
    expect(thrown).toHaveLength(3);
    const findings = await during(
      world,
      diagnose({ ...world.diagnosisParts({ urls, transport }), expectedChainId: 'mainnet' }),
    );
    for (const error of thrown) logger.error({ err: error }, 'crash');

    const stored = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    expect(readdirSync(folder)).toContain('canary.db-wal');
    const places = {
      database: Buffer.concat(stored).toString('latin1'),
      logs: written,
      messages: sent.join('\n'),
      events: JSON.stringify(world.logged, (_key, value) =>
        value instanceof Error ? inspect(value, { depth: 9 }) : value,
      ),
      crash: thrown.map((error) => inspect(error, { depth: 9, showHidden: true })).join('\n'),
      findings: JSON.stringify(findings),
      objects: inspect({ vault, thrown }, { depth: 9, showHidden: true }),
    };
    for (const text of Object.values(places)) expect(text.length).toBeGreaterThan(100);
    const secrets = new Map<string, string[]>();
    for (const user of world.users()) {
      const { id } = user;
      if (id === 'carl') continue;
      const key = openWalletKey({ ...storedKeyOfUser(user), masterKey: worldMasterKey.key });
      expect(Ed25519Key.fromText(key).publicKeyText).toBe(world.user(id).nearPublicKey);
      secrets.set(`the key of ${id}`, formsOfKey(key));
    }
    const service = developmentKey(SERVICE_ACCOUNT).secretKey;
    secrets.set('the service key', formsOfKey(service));
    secrets.set('the master key', formsOfBytes(worldMasterKey.key));
    secrets.set("a provider's key", [providerKey]);
    for (const [name, forms] of secrets) {
      for (const [place, text] of Object.entries(places)) {
        expect(findForms(text, forms), `${name} stands in ${place}`).toEqual([]);
      }
    }
    // The net catches: what may be there is found by the same means.
    expect(places.database).toContain(String(world.user('ann').nearPublicKey));
    expect(places.messages).toContain('signed_tx_base64');
    expect(places.crash).toContain('connect ECONNREFUSED');
    expect(places.findings).toContain('down.example');
    expect(places.findings).toContain('node.example');
  });
});
