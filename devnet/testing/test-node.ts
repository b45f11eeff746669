import {
  type Action,
  baseDecode,
  createTransaction,
  encodeTransaction,
  KeyPairSigner,
  type KeyPairString,
  PublicKey,
} from 'near-api-js';
import { createDevnet, type Devnet, type DevnetOptions } from '../devnet.ts';
import { developmentKey } from '../genesis.ts';
import { hashToBase58 } from '../hash.ts';

export interface SignOptions {
  readonly signerId: string;
  readonly receiverId: string;
  readonly actions: readonly Action[];
  /** Default: the development key of the signer. */
  readonly secretKey?: KeyPairString;
  /** Default: the key's nonce plus one. */
  readonly nonce?: bigint;
  /** base58; default: the final block. */
  readonly blockHash?: string;
}

export interface SignedBytes {
  /** base58 */
  readonly hash: string;
  readonly base64: string;
}

export interface JsonRpcBody {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly result?: any;
  // biome-ignore lint/suspicious/noExplicitAny: likewise
  readonly error?: any;
}

/** A node in memory with manual blocks, a clock and timers of its own, and somebody who signs. */
export class TestNode {
  readonly devnet: Devnet;
  #timeMs = 1_700_000_000_000;
  #timers: { atMs: number; callback: () => void }[] = [];

  /** A fresh one makes its first blocks at once, so that there is a final block beside the genesis. */
  constructor(options: DevnetOptions = {}, { isFresh = true } = {}) {
    this.devnet = createDevnet({
      now: () => this.#timeMs,
      setTimer: (callback, delayMs) => {
        const timer = { atMs: this.#timeMs + delayMs, callback };
        this.#timers.push(timer);
        return () => {
          this.#timers = this.#timers.filter((other) => other !== timer);
        };
      },
      ...options,
      genesis: { chainInstanceId: 'test', ...options.genesis },
    });
    if (isFresh) this.blocks(3);
  }

  /** Time passes: blocks are 600 ms apart, timers fire. */
  pass(durationMs: number): void {
    this.#timeMs += durationMs;
    for (const timer of this.#timers.filter(({ atMs }) => atMs <= this.#timeMs)) {
      this.#timers = this.#timers.filter((other) => other !== timer);
      timer.callback();
    }
  }

  blocks(count: number): void {
    for (let i = 0; i < count; i++) {
      this.pass(600);
      this.devnet.produceBlock();
    }
  }

  async call(method: string, params: unknown): Promise<JsonRpcBody> {
    const { body } = await this.devnet.handle({ jsonrpc: '2.0', id: 1, method, params });
    return body as JsonRpcBody;
  }

  async query(requestType: string, params: object): Promise<JsonRpcBody> {
    return this.call('query', { request_type: requestType, finality: 'optimistic', ...params });
  }

  /** A read-only call; its JSON result. */
  async view(contractId: string, methodName: string, args: object = {}): Promise<unknown> {
    const { result } = await this.query('call_function', {
      account_id: contractId,
      method_name: methodName,
      args_base64: Buffer.from(JSON.stringify(args)).toString('base64'),
    });
    if (result.error !== undefined) throw new Error(result.error);
    return JSON.parse(Buffer.from(result.result).toString('utf8'));
  }

  finalBlockHash(): string {
    return hashToBase58(this.devnet.inspect().finalBlockHash);
  }

  async sign(options: SignOptions): Promise<SignedBytes> {
    const { signerId, receiverId, actions } = options;
    const signer = KeyPairSigner.fromSecretKey(
      options.secretKey ?? developmentKey(signerId).secretKey,
    );
    const publicKey = await signer.getPublicKey();
    const keyNonce = this.devnet.inspect().accessKey(signerId, publicKey.toString())?.nonce ?? 0n;
    const transaction = createTransaction(
      signerId,
      PublicKey.fromString(publicKey.toString()),
      receiverId,
      options.nonce ?? keyNonce + 1n,
      [...actions],
      baseDecode(options.blockHash ?? this.finalBlockHash()),
    );
    const { txHash, signedTransaction } = await signer.signTransaction(transaction);
    return {
      hash: hashToBase58(Buffer.from(txHash).toString('hex')),
      base64: Buffer.from(encodeTransaction(signedTransaction)).toString('base64'),
    };
  }

  async send({ base64 }: SignedBytes, waitUntil = 'FINAL'): Promise<JsonRpcBody> {
    return this.call('send_tx', { signed_tx_base64: base64, wait_until: waitUntil });
  }

  /** Signs, sends, and makes blocks until the answer is there. */
  async execute(options: SignOptions): Promise<JsonRpcBody> {
    const signed = await this.sign(options);
    const answer = this.send(signed);
    this.blocks(8);
    return answer;
  }
}
