import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { actions } from 'near-api-js';
import { expect, test } from 'vitest';
import { CHOCO_TOKEN, SERVICE_ACCOUNT } from '../rules/genesis.ts';
import { TestNode } from '../testing/test-node.ts';
import { createDevnet } from './devnet.ts';

test('the same calls at the same times give the same chain, down to the hashes', async () => {
  const run = async () => {
    const node = new TestNode();
    const call = actions.functionCall(
      'ft_transfer',
      { receiver_id: 'a.b', amount: '1' },
      10n ** 13n,
      1n,
    );
    await node.execute({ signerId: SERVICE_ACCOUNT, receiverId: CHOCO_TOKEN, actions: [call] });
    await node.execute({
      signerId: SERVICE_ACCOUNT,
      receiverId: 'devnet',
      actions: [actions.transfer(5n)],
    });
    const head = await node.call('block', { finality: 'optimistic' });
    const transactions = node.devnet.inspect().transactions();
    return { head, transactions, totals: node.devnet.inspect().totals() };
  };
  expect(await run()).toEqual(await run());
});

test('two devnets are different chains unless both name the same instance', async () => {
  const genesisHash = async () => {
    const { body } = await createDevnet().handle({ jsonrpc: '2.0', id: 1, method: 'status' });
    return (body as { result: { genesis_hash: string } }).result.genesis_hash;
  };
  expect(await genesisHash()).not.toBe(await genesisHash());
});

test('idle blocks cost no memory', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const devnet = createDevnet();
  const bytesAfter = (count: number) => {
    for (let i = 0; i < count; i++) devnet.produceBlock();
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const before = bytesAfter(50_000);
  // A hundred bytes per block would be 10 MB.
  expect(bytesAfter(100_000) - before).toBeLessThan(5_000_000);
});

test('closing answers every waiting request', async () => {
  const node = new TestNode();
  const transfer = {
    signerId: SERVICE_ACCOUNT,
    receiverId: 'devnet',
    actions: [actions.transfer(1n)],
  };
  const answer = node.send(node.sign(transfer));
  node.devnet.close();
  expect((await answer).error.cause.name).toBe('TIMEOUT_ERROR');
});
