import type { GasMeter } from './gas-meter.ts';
import { badUtf8, badUtf16, HostError, limitExceeded, memoryViolation } from './host-error.ts';

/** The length that selects a register instead of memory. */
const IN_REGISTER = 2n ** 64n - 1n;

export interface MemoryLimits {
  readonly maxRegisterSize: number;
  readonly maxRegisters: number;
  readonly registersMemory: number;
  readonly maxLogLength: number;
}

const REGISTER_ID_BYTES = 8;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf16 = new TextDecoder('utf-16le', { fatal: true, ignoreBOM: true });

/** Reads and writes a contract's memory and registers, at the protocol's price. */
export class GuestMemory {
  readonly #gas: GasMeter;
  readonly #limits: MemoryLimits;
  readonly #registers = new Map<bigint, Uint8Array>();
  #registersBytes = 0;
  #memory: WebAssembly.Memory | null = null;

  constructor(gas: GasMeter, limits: MemoryLimits) {
    this.#gas = gas;
    this.#limits = limits;
  }

  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
  }

  /** A copy of memory, or the content of a register if the length selects one. */
  read(pointer: bigint, length: bigint): Uint8Array {
    return length === IN_REGISTER ? this.register(pointer) : this.readMemory(pointer, length);
  }

  readMemory(pointer: bigint, length: bigint): Uint8Array {
    this.#gas.pay('read_memory_base');
    this.#gas.pay('read_memory_byte', Number(length));
    return this.#view(pointer, length).slice();
  }

  readU128(pointer: bigint): bigint {
    const bytes = Buffer.from(this.readMemory(pointer, 16n));
    return (bytes.readBigUInt64LE(8) << 64n) | bytes.readBigUInt64LE();
  }

  readU32(pointer: number): number {
    return Buffer.from(this.readMemory(BigInt(pointer), 4n)).readUInt32LE();
  }

  write(pointer: bigint, bytes: Uint8Array): void {
    this.#gas.pay('write_memory_base');
    this.#gas.pay('write_memory_byte', bytes.length);
    this.#view(pointer, BigInt(bytes.length)).set(bytes);
  }

  writeU128(pointer: bigint, value: bigint): void {
    const bytes = Buffer.alloc(16);
    bytes.writeBigUInt64LE(value & (2n ** 64n - 1n));
    bytes.writeBigUInt64LE(value >> 64n, 8);
    this.write(pointer, bytes);
  }

  register(id: bigint): Uint8Array {
    const bytes = this.#registers.get(id);
    if (bytes === undefined) {
      throw new HostError('InvalidRegisterId', `Accessed invalid register id: ${id}`, {
        register_id: id,
      });
    }
    this.#gas.pay('read_register_base');
    this.#gas.pay('read_register_byte', bytes.length);
    return bytes;
  }

  /** The length of a register, or undefined for an unused one. */
  registerLength(id: bigint): number | undefined {
    return this.#registers.get(id)?.length;
  }

  /** @param isShared whether the bytes are already in the host's memory and cost nothing */
  setRegister(id: bigint, bytes: Uint8Array, isShared = false): void {
    this.#gas.pay('write_register_base');
    if (!isShared) this.#gas.pay('write_register_byte', bytes.length);
    const replaced = this.#registers.get(id);
    const released = replaced === undefined ? 0 : replaced.length + REGISTER_ID_BYTES;
    const total = this.#registersBytes - released + bytes.length + REGISTER_ID_BYTES;
    // With all registers in use none can be replaced either, as in nearcore.
    const isTooMuch =
      bytes.length > this.#limits.maxRegisterSize ||
      total > this.#limits.registersMemory ||
      this.#registers.size >= this.#limits.maxRegisters;
    if (isTooMuch) throw memoryViolation();
    this.#registersBytes = total;
    this.#registers.set(id, bytes);
  }

  /** Text for a log or a panic; zero-terminated if the length is not given. */
  utf8Text(length: bigint, pointer: bigint, logLengthSoFar: number): string {
    this.#gas.pay('utf8_decoding_base');
    const maxLength = this.#limits.maxLogLength - logLengthSoFar;
    let bytes: Uint8Array;
    if (length === IN_REGISTER) {
      bytes = this.#untilZero(pointer, maxLength, 1);
    } else {
      this.#checkLogLength(Number(length), maxLength);
      bytes = this.readMemory(pointer, length);
    }
    this.#gas.pay('utf8_decoding_byte', bytes.length);
    return decodeText(utf8, bytes, badUtf8);
  }

  utf16Text(length: bigint, pointer: bigint, logLengthSoFar: number): string {
    this.#gas.pay('utf16_decoding_base');
    const maxLength = this.#limits.maxLogLength - logLengthSoFar;
    let bytes: Uint8Array;
    if (length === IN_REGISTER) {
      bytes = this.#untilZero(pointer, maxLength, 2);
    } else {
      bytes = this.readMemory(pointer, length);
      if (bytes.length % 2 !== 0) throw badUtf16();
      this.#checkLogLength(bytes.length, maxLength);
    }
    this.#gas.pay('utf16_decoding_byte', bytes.length);
    return decodeText(utf16, bytes, badUtf16);
  }

  #checkLogLength(length: number, maxLength: number): void {
    if (length <= maxLength) return;
    const limit = this.#limits.maxLogLength;
    throw limitExceeded('TotalLogLengthExceeded', 'a log message', {
      length: limit - maxLength + length,
      limit,
    });
  }

  #untilZero(pointer: bigint, maxLength: number, width: number): Uint8Array {
    const found: number[] = [];
    for (let offset = pointer; ; offset += BigInt(width)) {
      const unit = this.readMemory(offset, BigInt(width));
      if (unit.every((byte) => byte === 0)) return Uint8Array.from(found);
      this.#checkLogLength(found.length + width, maxLength);
      found.push(...unit);
    }
  }

  #view(pointer: bigint, length: bigint): Uint8Array {
    const buffer = this.#memory?.buffer;
    if (buffer === undefined || pointer + length > BigInt(buffer.byteLength)) {
      throw memoryViolation();
    }
    return new Uint8Array(buffer, Number(pointer), Number(length));
  }
}

function decodeText(decoder: TextDecoder, bytes: Uint8Array, error: () => HostError): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw error();
  }
}
