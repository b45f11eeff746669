import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { withoutPipelining } from './pipelining.server.ts';

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

/** A connection to a server whose requests wait until they are answered. */
async function connection() {
  const begun = new Map<string, ServerResponse>();
  const server = createServer(
    withoutPipelining(({ url = '' }, response) => void begun.set(url, response)),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  const untilBegun = async (count: number) => {
    while (begun.size < count) await nextTurn();
  };
  return { client, begun, untilBegun };
}

test('of ten thousand pipelined requests a few are begun, and the connection is closed', async () => {
  const { client, begun } = await connection();
  client.on('error', () => {});
  client.write(
    get('/')
      .repeat(10_000)
      .replaceAll('/ ', () => `/${Math.random()} `),
  );
  await new Promise((resolve) => client.once('close', resolve));
  expect(begun.size).toBeLessThanOrEqual(8);
});

test('a connection may send as many requests as it likes, one after the other or a few at once', async () => {
  const { client, begun, untilBegun } = await connection();
  for (let count = 0; count < 24; count += 4) {
    for (let more = 0; more < 4; more += 1) client.write(get(`/${count + more}`));
    await untilBegun(count + 4);
    for (let more = 0; more < 4; more += 1) begun.get(`/${count + more}`)?.end('x');
    await once(client, 'data');
  }
  expect(client.destroyed).toBe(false);
});
