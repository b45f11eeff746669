// A NEAR wallet for everybody who signs up, with Node's own HTTP server and nothing else:
//
//   npm run devnet
//   npx node examples/plain-node-server.ts /tmp/wallets.db
//   curl -d '{"email":"ann@example.org"}' http://127.0.0.1:4000/users
//   curl http://127.0.0.1:4000/users/<userId>
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openWalletEngine } from '@choonsim/wallet-engine/sqlite';
import Database from 'better-sqlite3';

const [file = 'wallets.db', port = '4000', nodeUrl = 'http://127.0.0.1:3030'] =
  process.argv.slice(2);
// The devnet tells everybody its keys. On a real network they come from your secrets.
const { accounts } = await (await fetch(`${nodeUrl}/devnet`)).json();
const accountId = 'choonsim.devnet';

const engine = await openWalletEngine({
  file,
  networkId: 'devnet',
  nodeUrls: [nodeUrl],
  serviceAccount: { accountId, privateKey: accounts[accountId].secretKey },
  token: { contractId: 'choco.devnet', decimals: 18 },
  masterKeys: [{ version: 1, key: createHash('sha256').update('not a secret').digest() }],
});
await engine.start();
engine.onChange(({ ownerId, status }) => console.log(ownerId, status));

// The app's own table, in the same file.
const database = new Database(file);
database.exec('CREATE TABLE IF NOT EXISTS "users" ("id" text PRIMARY KEY, "email" text NOT NULL)');
const addUser = database.prepare('INSERT INTO "users" ("id", "email") VALUES (?, ?)');

const server = createServer(async (request, response) => {
  try {
    const id = /^\/users\/([\w-]+)$/.exec(request.url ?? '')?.[1];
    const wallet = id ? await engine.wallet(id) : null;
    if (request.method === 'POST' && request.url === '/users') {
      let body = '';
      for await (const chunk of request) body += chunk;
      const userId = randomUUID();
      addUser.run(userId, String(JSON.parse(body).email));
      // Answers at once, whatever the chain does; the wallet is made in the background.
      answer(response, 201, { userId, wallet: await engine.requestWallet(userId) });
    } else if (request.method === 'GET' && wallet) answer(response, 200, { userId: id, wallet });
    else answer(response, 404, { error: 'NOT_FOUND' });
  } catch (error) {
    console.error('request failed', error);
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
