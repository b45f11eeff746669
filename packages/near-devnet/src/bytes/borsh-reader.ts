/** The bytes are not valid borsh. */
export class BorshError extends Error {
  override name = 'BorshError';
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads borsh values one after another; every read throws BorshError at the end of the bytes. */
export class BorshReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get offset(): number {
    return this.#offset;
  }

  get isAtEnd(): boolean {
    return this.#offset === this.#bytes.length;
  }

  /** Bytes that were read already. */
  slice(start: number, end: number): Uint8Array {
    return this.#bytes.subarray(start, end);
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#advance(1));
  }

  u16(): number {
    return this.#bytes.readUInt16LE(this.#advance(2));
  }

  u32(): number {
    return this.#bytes.readUInt32LE(this.#advance(4));
  }

  u64(): bigint {
    return this.#bytes.readBigUInt64LE(this.#advance(8));
  }

  u128(): bigint {
    const low = this.u64();
    return (this.u64() << 64n) | low;
  }

  /** A view on the next bytes, not a copy. */
  fixed(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  bytes(): Uint8Array {
    return this.fixed(this.u32());
  }

  string(): string {
    try {
      return utf8.decode(this.bytes());
    } catch (error) {
      if (error instanceof BorshError) throw error;
      throw new BorshError('Input is not valid UTF-8');
    }
  }

  option<T>(read: () => T): T | null {
    const tag = this.u8();
    if (tag > 1) throw new BorshError(`Invalid Option representation: ${tag}`);
    return tag === 1 ? read() : null;
  }

  /** A list. Each item takes at least a byte, so a false length fails before it costs memory. */
  list<T>(read: () => T): T[] {
    const length = this.u32();
    if (length > this.#bytes.length - this.#offset) {
      throw new BorshError('Unexpected length of input');
    }
    const items: T[] = [];
    for (let i = 0; i < length; i++) items.push(read());
    return items;
  }

  #advance(length: number): number {
    const start = this.#offset;
    if (length > this.#bytes.length - start) throw new BorshError('Unexpected length of input');
    this.#offset = start + length;
    return start;
  }
}
