// A NEAR wallet for everybody who signs up, with Node's own HTTP server and nothing else:
//
//   npm run devnet
//   node examples/plain-node-server.ts /tmp/wallets.db
//   curl -d '{"email":"ann@example.org"}' http://127.0.0.1:4000/users
//   curl http://127.0.0.1:4000/users/<userId>
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openWalletEngine } from '../packages/wallet-engine/src/adapters/open-wallet-engine.ts';

const [file = 'wallets.db', port = '4000', nodeUrl = 'http://127.0.0.1:3030'] =
  process.argv.slice(2);
// The devnet tells everybody its keys. On a real network they come from your secrets.
const { accounts } = await (await fetch(`${nodeUrl}/devnet`)).json();
const log = (fields: object, message: string) => console.log(message, JSON.stringify(fields));

const { engine, database } = openWalletEngine({
  file,
  migrationsFolder: join(import.meta.dirname, '../drizzle/migrations'),
  nodeUrls: [nodeUrl],
  servicePrivateKey: accounts['choonsim.devnet'].secretKey,
  masterKeys: [{ version: 1, key: createHash('sha256').update('not a secret').digest() }],
  config: {
    networkId: 'devnet',
    serviceAccountId: 'choonsim.devnet',
    tokenContract: 'choco.devnet',
    tokenDecimals: 18,
  },
  log: { info: log, warn: log, error: log },
});
await engine.start();

const addUser = database.prepare(
  `INSERT INTO "User" ("id", "name", "email", "createdAt", "updatedAt")
   VALUES (:id, :email, :email, unixepoch(), unixepoch())`,
);
const readUser = database.prepare(
  `SELECT "id" AS "userId", "nearAccountId" AS "accountId", "walletStatus" AS "status",
     "walletError" AS "error", "chocoBalance" AS "balance" FROM "User" WHERE "id" = ?`,
);

const server = createServer(async (request, response) => {
  try {
    const id = /^\/users\/([\w-]+)$/.exec(request.url ?? '')?.[1];
    if (request.method === 'POST' && request.url === '/users') {
      let body = '';
      for await (const chunk of request) body += chunk;
      const userId = randomUUID();
      addUser.run({ id: userId, email: String(JSON.parse(body).email) });
      // Answers at once, whatever the chain does; the wallet is made in the background.
      await engine.requestWallet(userId);
      answer(response, 201, readUser.get(userId));
    } else if (request.method === 'GET' && id && readUser.get(id)) {
      answer(response, 200, readUser.get(id));
    } else answer(response, 404, { error: 'NOT_FOUND' });
  } catch (error) {
    log({ error: String(error) }, 'request failed');
    answer(response, 400, { error: 'BAD_REQUEST' });
  }
});

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

server.listen(Number(port), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once('SIGTERM', async () => {
  server.close();
  await engine.stop();
  process.exit(0);
});
