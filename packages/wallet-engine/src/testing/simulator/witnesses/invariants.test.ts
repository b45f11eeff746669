import { Faults, ROOT_ACCOUNT, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import { actions } from 'near-api-js';
import { beforeEach, describe, expect, it } from 'vitest';
import { TestNode } from '../../../../../near-devnet/src/testing/test-node.ts';
import { effectOf } from './invariants.ts';

let faults: Faults;
let node: TestNode;

beforeEach(() => {
  faults = new Faults();
  node = new TestNode({ faults });
});

async function send(receiverId: string) {
  const signed = await node.sign({
    signerId: SERVICE_ACCOUNT,
    receiverId,
    actions: [actions.transfer(1n)],
    nonce: 1n,
  });
  void node.send(signed, 'NONE');
  return () => effectOf(node.devnet.inspect().transaction(signed.hash));
}

describe('the effect of a transaction', () => {
  it('is absent before inclusion, pending until the block is final, then succeeded', async () => {
    const effect = await send(ROOT_ACCOUNT);
    expect(effect()).toBe('absent');
    node.blocks(2);
    expect(effect()).toBe('pending');
    node.blocks(4);
    expect(effect()).toBe('succeeded');
  });

  it('is pending while the block of a failed action may still be reverted', async () => {
    const effect = await send('nobody.devnet');
    node.blocks(2);
    expect(effect()).toBe('pending');
    node.blocks(4);
    expect(effect()).toBe('failed');
  });

  it('is absent for an invalid transaction in a block, final or not', async () => {
    faults.add({ kind: 'include-invalid', error: 'Expired', accountId: SERVICE_ACCOUNT });
    const effect = await send(ROOT_ACCOUNT);
    node.blocks(1);
    expect(node.devnet.inspect().transactions()).toHaveLength(1);
    expect(effect()).toBe('absent');
    node.blocks(4);
    expect(effect()).toBe('absent');
  });
});
