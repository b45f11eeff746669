import Database from 'better-sqlite3';
import { createAesKeyVault } from '../adapters/keys/aes-key-vault.ts';
import { secretKeyText } from '../adapters/keys/ed25519-key.ts';
import { createSqlWalletKeyStore } from '../adapters/sql/sql-wallet-key-store.ts';
import { betterSqlite3Database } from '../adapters/sqlite/better-sqlite3-database.ts';
import { rotateWalletKeys } from '../operations/rotate-keys.ts';

/** A process that rotates the keys of a database file, to be killed meanwhile: `file newKey oldKey`, keys in hex. */
const [file = '', newKey = '', oldKey = ''] = process.argv.slice(2);
const vault = createAesKeyVault({
  masterKeys: [
    { version: 2, key: Buffer.from(newKey, 'hex') },
    { version: 1, key: Buffer.from(oldKey, 'hex') },
  ],
  servicePrivateKey: secretKeyText(new Uint8Array(32).fill(3)),
  terms: {
    ...{ serviceAccountId: 'service.near', tokenContract: 'token.near' },
    ...{ rewardBaseUnits: 0n, initialBalanceYocto: 0n },
  },
});
const sqlite = new Database(file, { timeout: 10_000 });
sqlite.pragma('synchronous = FULL');
const keys = createSqlWalletKeyStore(betterSqlite3Database(sqlite));
const { rotated, left } = await rotateWalletKeys({ keys, vault });
console.log(JSON.stringify({ rotated, left }));
sqlite.close();
