import { CHOCO_TOKEN, FAUCET_ACCOUNT } from '@choonsim/near-devnet';
import type { NearAction } from '../../../ports/near-chain.ts';
import { deliver, signAs } from '../../development-signer.ts';
import type { World } from '../world/world.ts';

/** Another account pays the registration of the account. */
export async function register(world: World, accountId: string): Promise<void> {
  await send(world, FAUCET_ACCOUNT, [
    {
      type: 'functionCall',
      method: 'storage_deposit',
      args: { account_id: accountId, registration_only: true },
      gas: 10n ** 13n,
      depositYocto: 1_250_000_000_000_000_000_000n,
    },
  ]);
}

/** Sends a transaction without the engine and waits until it is final. */
export async function send(
  world: World,
  signerId: string,
  actions: NearAction[],
  receiverId = CHOCO_TOKEN,
) {
  await deliver(world.devnet, await signAs(world.devnet, { signerId, receiverId, actions }));
  await world.clock.advance(4_000);
}
