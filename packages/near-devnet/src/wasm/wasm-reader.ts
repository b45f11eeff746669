/** The bytes are not a valid WebAssembly module. */
export class WasmError extends Error {
  override name = 'WasmError';
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads the binary format one value after another; every read throws WasmError at the end of the bytes. */
export class WasmReader {
  readonly bytes: Uint8Array;
  offset: number;
  readonly end: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  get isAtEnd(): boolean {
    return this.offset >= this.end;
  }

  u8(): number {
    const byte = this.offset < this.end ? this.bytes[this.offset] : undefined;
    if (byte === undefined) throw new WasmError('unexpected end');
    this.offset++;
    return byte;
  }

  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value >= 2 ** 32) break;
        return value;
      }
    }
    throw new WasmError('integer too large');
  }

  /** A signed 33-bit number, the encoding of block types. */
  s33(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - 2 ** (shift + 7);
    }
    throw new WasmError('integer too large');
  }

  /** Skips a number of at most `maxBytes` bytes. */
  skipLeb(maxBytes: number): void {
    for (let i = 0; i < maxBytes; i++) if (this.u8() < 0x80) return;
    throw new WasmError('integer too long');
  }

  skip(count: number): void {
    if (count > this.end - this.offset) throw new WasmError('unexpected end');
    this.offset += count;
  }

  name(): string {
    const length = this.u32();
    const start = this.offset;
    this.skip(length);
    try {
      return utf8.decode(this.bytes.subarray(start, this.offset));
    } catch {
      throw new WasmError('malformed name');
    }
  }

  /** A list. Each item takes at least a byte, so a false length fails before it costs memory. */
  list<T>(read: () => T): T[] {
    const length = this.u32();
    if (length > this.end - this.offset) throw new WasmError('unexpected end');
    const items: T[] = [];
    for (let i = 0; i < length; i++) items.push(read());
    return items;
  }
}
