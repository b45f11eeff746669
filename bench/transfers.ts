import { createPrivateKey, sign } from 'node:crypto';
import {
  type Action,
  actions,
  baseDecode,
  createTransaction,
  encodeTransaction,
  KeyPair,
  PublicKey,
} from 'near-api-js';
import { sha256 } from '#devnet/bytes/hash.ts';

const ed25519Pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A new key, and transactions of one action that it signs with its next nonces; base64. */
export class TransactionSigner {
  readonly publicKey: string;
  readonly #privateKey;
  #nonce = 0n;

  constructor() {
    const key = KeyPair.fromRandom('ed25519');
    this.publicKey = key.getPublicKey().toString();
    const seed = baseDecode(key.toString().slice('ed25519:'.length)).subarray(0, 32);
    // Node's own ed25519: the library's takes a millisecond for each.
    this.#privateKey = createPrivateKey({
      key: Buffer.concat([ed25519Pkcs8Prefix, seed]),
      format: 'der',
      type: 'pkcs8',
    });
  }

  /** A transfer of one yoctoNEAR, or another action. */
  sign(
    transaction: { signerId: string; receiverId: string; blockHash: string },
    action: Action = actions.transfer(1n),
  ): string {
    this.#nonce += 1n;
    const unsigned = encodeTransaction(
      createTransaction(
        transaction.signerId,
        PublicKey.fromString(this.publicKey),
        transaction.receiverId,
        this.#nonce,
        [action],
        baseDecode(transaction.blockHash),
      ),
    );
    const signature = sign(null, Buffer.from(sha256(unsigned), 'hex'), this.#privateKey);
    // After the transaction: the curve, then the signature.
    return Buffer.concat([unsigned, Buffer.of(0), signature]).toString('base64');
  }
}
