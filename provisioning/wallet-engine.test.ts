import { describe, expect, it } from 'vitest';
import { rewardBaseUnits, World } from './testing/world.ts';

describe('a wallet', () => {
  it('goes from request to READY, and the chain shows what was promised', async () => {
    const world = new World();
    const engine = world.engine();
    await engine.start();
    world.addUser('ann');
    const requested = await engine.requestWallet('ann');
    expect(requested).toMatchObject({ status: 'PENDING' });
    await world.untilReady(['ann'], 20_000);

    const { nearAccountId, nearPublicKey, chocoBalance } = world.user('ann');
    const chain = world.devnet.inspect();
    expect(chain.account(String(nearAccountId))?.amountYocto).toBe(10n ** 23n);
    expect(chain.accessKey(String(nearAccountId), String(nearPublicKey))).toBeDefined();
    expect(chain.tokenBalance(String(nearAccountId))).toBe(rewardBaseUnits);
    expect(chocoBalance).toBe('100');
    await engine.stop();
  });
});
