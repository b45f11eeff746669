import { isAccountId } from '../bytes/account-id.ts';
import { type Hash, hashFromBase58 } from '../bytes/hash.ts';
import { parsePublicKey } from '../bytes/public-key.ts';
import type { Chain } from '../chain/chain.ts';
import { handlerError, parseError, type RpcError } from './rpc-error.ts';

/** The named parameters of a request; reading a wrong or missing one throws PARSE_ERROR. */
export class RpcParams {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(params: unknown) {
    if (params !== undefined && params !== null && !isObject(params)) {
      throw parseError('Failed parsing args: invalid type, expected a map');
    }
    this.#values = Object.assign(Object.create(null), params);
  }

  get all(): Readonly<Record<string, unknown>> {
    return this.#values;
  }

  value(name: string): unknown {
    return this.#values[name];
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  string(name: string): string {
    const value = this.#values[name];
    if (value === undefined) throw parseError(`Failed parsing args: missing field \`${name}\``);
    if (typeof value !== 'string') {
      throw parseError(`Failed parsing args: invalid type for \`${name}\`, expected a string`);
    }
    return value;
  }

  accountId(name: string): string {
    const text = this.string(name);
    if (!isAccountId(text)) {
      throw parseError(`Failed parsing args: the Account ID has an invalid format (${name})`);
    }
    return text;
  }

  hash(name: string): Hash {
    const hash = hashFromBase58(this.string(name));
    if (hash === null) throw parseError(`Failed parsing args: invalid hash in \`${name}\``);
    return hash;
  }

  publicKey(name: string): string {
    const text = this.string(name);
    if (parsePublicKey(text) === null) {
      throw parseError(`Failed parsing args: invalid public key in \`${name}\``);
    }
    return text.includes(':') ? text : `ed25519:${text}`;
  }

  wholeNumber(name: string): number {
    const value = this.#values[name];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw parseError(`Failed parsing args: invalid type for \`${name}\`, expected u64`);
  }

  /** A whole number of at least 1, or null if it is absent. */
  optionalCount(name: string): number | null {
    if (!this.has(name)) return null;
    const value = this.#values[name];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value >= 2 ** 32) {
      throw parseError(
        `Failed parsing args: invalid value for \`${name}\`, expected a nonzero u32`,
      );
    }
    return value;
  }

  bytes(name: string): Uint8Array {
    return base64Bytes(this.string(name));
  }
}

/** The one item of a list of parameters, the legacy form of many methods; throws PARSE_ERROR for any other length. */
export function onlyItem(params: readonly unknown[]): unknown {
  if (params.length === 1) return params[0];
  throw parseError(`Failed parsing args: invalid length ${params.length}, expected one item`);
}

/** Decodes base64 as strictly as nearcore does. */
export function base64Bytes(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) {
    throw parseError('Failed parsing args: invalid base64');
  }
  return Buffer.from(text, 'base64');
}

/** The height named by `finality`, `block_id` or `sync_checkpoint`; throws UNKNOWN_BLOCK. */
export function requireBlock(chain: Chain, params: RpcParams): number {
  if (params.has('block_id')) return requireBlockId(chain, params.value('block_id'));
  if (params.has('sync_checkpoint')) {
    const checkpoint = params.value('sync_checkpoint');
    if (checkpoint === 'genesis') return requireKnown(chain, chain.genesis.height, checkpoint);
    if (checkpoint === 'earliest_available') return chain.blocks.earliest;
    throw parseError('Failed parsing args: unknown sync_checkpoint');
  }
  switch (params.value('finality')) {
    case 'final':
      return chain.finalHeight;
    case 'near-final':
      return chain.blocks.ancestor(1);
    case 'optimistic':
      return chain.head;
    default:
      throw parseError('Failed parsing args: expected block_id, finality or sync_checkpoint');
  }
}

/** The height of a block given by height or hash; throws UNKNOWN_BLOCK. */
export function requireBlockId(chain: Chain, blockId: unknown): number {
  if (typeof blockId === 'number' && Number.isSafeInteger(blockId) && blockId >= 0) {
    return requireKnown(chain, blockId, blockId);
  }
  if (typeof blockId === 'string') {
    const hash = hashFromBase58(blockId);
    if (hash !== null) {
      return requireKnown(chain, chain.blocks.heightOf(hash) ?? -1, blockId);
    }
  }
  throw parseError('Failed parsing args: invalid block_id');
}

function requireKnown(chain: Chain, height: number, asked: number | string): number {
  if (chain.blocks.has(height) && height >= chain.blocks.earliest) return height;
  throw unknownBlock(asked);
}

/** Only the text names the block. @param asked its height or hash, or `genesis` */
export function unknownBlock(asked: number | string): RpcError {
  const what = typeof asked === 'number' ? 'BLOCK HEIGHT' : 'BLOCK';
  return handlerError(
    'UNKNOWN_BLOCK',
    {},
    `DB Not Found Error: ${what}: ${asked} \n Cause: Unknown`,
  );
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
