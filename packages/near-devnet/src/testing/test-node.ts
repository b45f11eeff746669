import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import {
  type Action,
  baseDecode,
  createTransaction,
  encodeTransaction,
  type KeyPairString,
  PublicKey,
} from 'near-api-js';
import { hashToBase58, sha256 } from '../bytes/hash.ts';
import { publicKeyText } from '../bytes/public-key.ts';
import { createDevnet, type Devnet, type DevnetOptions } from '../node/devnet.ts';
import { developmentKey } from '../rules/genesis.ts';

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

interface OutcomeAnswer {
  readonly block_hash: string;
  readonly outcome: {
    readonly receipt_ids: readonly [string, ...string[]];
    readonly logs: readonly string[];
    readonly gas_burnt: number;
    readonly tokens_burnt: string;
    readonly executor_id: string;
    readonly metadata: { readonly gas_profile: readonly GasShareAnswer[] };
  };
}

interface GasShareAnswer {
  readonly cost_category: string;
  readonly cost: string;
  readonly gas_used: string;
}

interface ActionErrorAnswer {
  readonly kind: {
    readonly FunctionCallError: { readonly ExecutionError: string };
  };
}

/** All fields of answers that tests read; which are present depends on the method. */
export interface JsonRpcBody {
  readonly result: {
    readonly amount: string;
    readonly changes: readonly unknown[];
    readonly error?: string;
    readonly final_execution_status: string;
    readonly genesis_hash: string;
    readonly genesis_time: string;
    readonly header: {
      readonly hash: string;
      readonly height: number;
      readonly prev_height: number;
      readonly chunk_hash: string;
    };
    readonly receipts_outcome: readonly [OutcomeAnswer, OutcomeAnswer, ...OutcomeAnswer[]];
    readonly result: readonly number[];
    readonly status: {
      readonly SuccessValue?: string;
      readonly Failure?: { readonly ActionError: ActionErrorAnswer };
    };
    readonly values: readonly { readonly key: string; readonly value: string }[];
    readonly storage_usage: number;
    readonly last_key: string;
    readonly code_base64: string;
    readonly code_hash: string;
    readonly sync_info: { readonly earliest_block_height: number };
    readonly transaction_outcome: OutcomeAnswer;
  };
  readonly error: {
    readonly cause: { readonly name: string };
    readonly data: { readonly TxExecutionError: { readonly InvalidTxError: unknown } };
  };
}

/** A node in memory with manual blocks, a virtual clock and timers, that also signs transactions. */
export class TestNode {
  readonly devnet: Devnet;
  #timeMs = 1_700_000_000_000;
  #timers: { atMs: number; callback: () => void }[] = [];

  /** @param isFresh makes the first blocks, so that there is a final block beside the genesis */
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

  /** Advances the clock and fires timers. */
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

  /** Calls a view method; returns its JSON result. */
  async view(contractId: string, methodName: string, args: object = {}): Promise<unknown> {
    const { result } = await this.query('call_function', {
      account_id: contractId,
      method_name: methodName,
      args_base64: Buffer.from(JSON.stringify(args)).toString('base64'),
    });
    if (result.error !== undefined) throw new Error(result.error);
    return JSON.parse(Buffer.from(result.result).toString('utf8'));
  }

  /** The public development key of an account. */
  publicKeyOf(accountId: string): PublicKey {
    return PublicKey.fromString(developmentKey(accountId).publicKey);
  }

  finalBlockHash(): string {
    return hashToBase58(this.devnet.inspect().finalBlockHash);
  }

  sign(options: SignOptions): SignedBytes {
    const { signerId, receiverId, actions } = options;
    const key = signingKey(options.secretKey ?? developmentKey(signerId).secretKey);
    const keyNonce = this.devnet.inspect().accessKey(signerId, key.publicKey)?.nonce ?? 0n;
    const transaction = createTransaction(
      signerId,
      PublicKey.fromString(key.publicKey),
      receiverId,
      options.nonce ?? keyNonce + 1n,
      [...actions],
      baseDecode(options.blockHash ?? this.finalBlockHash()),
    );
    const unsigned = encodeTransaction(transaction);
    const hash = sha256(unsigned);
    const signature = sign(null, Buffer.from(hash, 'hex'), key.privateKey);
    // After the transaction: the curve, then the signature.
    const bytes = Buffer.concat([unsigned, Buffer.of(0), signature]);
    return { hash: hashToBase58(hash), base64: bytes.toString('base64') };
  }

  async send({ base64 }: SignedBytes, waitUntil = 'FINAL'): Promise<JsonRpcBody> {
    return this.call('send_tx', { signed_tx_base64: base64, wait_until: waitUntil });
  }

  /** Signs, sends, and makes eight blocks; returns the answer at FINAL. */
  async execute(options: SignOptions): Promise<JsonRpcBody> {
    const signed = this.sign(options);
    const answer = this.send(signed);
    this.blocks(8);
    return answer;
  }
}

const ED25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const signingKeys = new Map<string, { publicKey: string; privateKey: KeyObject }>();

/** Uses node:crypto: tests sign thousands of transactions, and the library needs a millisecond for each. */
export function signingKey(secretKey: KeyPairString) {
  const known = signingKeys.get(secretKey);
  if (known !== undefined) return known;
  const bytes = baseDecode(secretKey.slice('ed25519:'.length));
  const der = Buffer.concat([ED25519_PKCS8_PREFIX, bytes.subarray(0, 32)]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const key = { publicKey: publicKeyText(0, bytes.subarray(32)), privateKey };
  signingKeys.set(secretKey, key);
  return key;
}
