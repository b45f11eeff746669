import { CHOCO_TOKEN, developmentKey, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import {
  actions,
  baseDecode,
  createTransaction,
  encodeTransaction,
  KeyPairSigner,
  PublicKey,
} from 'near-api-js';
import { hashToBase58 } from '../../../../../near-devnet/src/bytes/hash.ts';
import { deliver } from '../../development-signer.ts';
import type { World } from '../world/world.ts';

/**
 * Removes access keys of the service account by hand, signed with its own key. Returns before it is final.
 * @param putBackLimited they are added again, for calls of one contract only
 */
export async function removeKeys(
  world: World,
  publicKeys: string[],
  { putBackLimited = false } = {},
): Promise<void> {
  const { publicKey, secretKey } = developmentKey(SERVICE_ACCOUNT);
  const chain = world.devnet.inspect();
  const transaction = createTransaction(
    SERVICE_ACCOUNT,
    PublicKey.fromString(publicKey),
    SERVICE_ACCOUNT,
    (chain.accessKey(SERVICE_ACCOUNT, publicKey)?.nonce ?? 0n) + 1n,
    publicKeys
      .map(PublicKey.fromString)
      .flatMap((key) => [
        actions.deleteKey(key),
        ...(putBackLimited ? [actions.addFunctionCallAccessKey(key, CHOCO_TOKEN, [])] : []),
      ]),
    baseDecode(hashToBase58(chain.finalBlockHash)),
  );
  const signer = KeyPairSigner.fromSecretKey(secretKey);
  const { signedTransaction } = await signer.signTransaction(transaction);
  const signedBytes = Buffer.from(encodeTransaction(signedTransaction)).toString('base64');
  await deliver(world.devnet, { signedBytes });
}

/** Public keys of the lanes in the database, in the order of their numbers. */
export function laneKeys(world: World): string[] {
  return world
    .rows<{ publicKey: string }>(
      `SELECT "publicKey" FROM "ServiceKeyLane" WHERE "laneNumber" > 0 ORDER BY "laneNumber"`,
    )
    .map(({ publicKey }) => publicKey);
}
