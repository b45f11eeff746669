import { bn254 } from '@noble/curves/bn254.js';
import type { HostCost } from '../rules/host-costs.ts';
import type { HostCall, HostFunctionTable } from './host-call.ts';
import { HostError } from './host-error.ts';

type G1 = InstanceType<typeof bn254.G1.Point>;
type G2 = InstanceType<typeof bn254.G2.Point>;

const FIELD_BYTES = 32;
const G1_BYTES = 2 * FIELD_BYTES;
const { Fp, Fp2, Fp12, Fr } = bn254.fields;

/** Sums, multiples and pairings on the curve alt_bn128. Numbers are little-endian, and (0, 0) is the point at infinity. */
export function addAltBn128Functions(table: HostFunctionTable, call: HostCall): void {
  const { gas, memory } = call;
  const elements = (
    [length, pointer]: readonly [bigint, bigint],
    size: number,
    [base, element]: readonly [HostCost, HostCost],
  ): Uint8Array[] => {
    gas.pay(base);
    const bytes = memory.read(pointer, length);
    if (bytes.length % size !== 0) {
      throw invalidInput(
        `slice of size ${bytes.length} cannot be precisely split into chunks of size ${size}`,
      );
    }
    const count = bytes.length / size;
    gas.pay(element, count);
    return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
  };
  table.free('alt_bn128_g1_sum', 'jjj>', (length = 0n, pointer = 0n, register = 0n) => {
    const prices = ['alt_bn128_g1_sum_base', 'alt_bn128_g1_sum_element'] as const;
    const points = elements([length, pointer], 1 + G1_BYTES, prices).map(readSignedPoint);
    memory.setRegister(register, encodeG1(points.reduce(add, bn254.G1.Point.ZERO)));
  });
  table.free('alt_bn128_g1_multiexp', 'jjj>', (length = 0n, pointer = 0n, register = 0n) => {
    const prices = ['alt_bn128_g1_multiexp_base', 'alt_bn128_g1_multiexp_element'] as const;
    const size = G1_BYTES + FIELD_BYTES;
    const points = elements([length, pointer], size, prices).map(readMultiple);
    memory.setRegister(register, encodeG1(points.reduce(add, bn254.G1.Point.ZERO)));
  });
  table.free('alt_bn128_pairing_check', 'jj>j', (length = 0n, pointer = 0n) => {
    const prices = ['alt_bn128_pairing_check_base', 'alt_bn128_pairing_check_element'] as const;
    const pairs = elements([length, pointer], 3 * G1_BYTES, prices)
      .map(readPair)
      // A pairing with infinity is one.
      .filter(({ g1, g2 }) => !g1.is0() && !g2.is0());
    const isOne = pairs.length === 0 || Fp12.eql(bn254.pairingBatch(pairs), Fp12.ONE);
    return isOne ? 1 : 0;
  });
}

function add(a: G1, b: G1): G1 {
  return a.add(b);
}

function readSignedPoint(bytes: Uint8Array): G1 {
  const sign = bytes.subarray(0, 1);
  if ((sign[0] ?? 2) > 1) throw invalidInput('invalid bool', sign);
  const point = readG1(bytes.subarray(1));
  return sign[0] === 1 ? point.negate() : point;
}

function readMultiple(bytes: Uint8Array): G1 {
  const point = readG1(bytes.subarray(0, G1_BYTES));
  const raw = bytes.subarray(G1_BYTES);
  const scalar = readNumber(raw);
  if (scalar >= Fr.ORDER) throw invalidInput('invalid fr', raw);
  return point.multiplyUnsafe(scalar);
}

function readPair(bytes: Uint8Array): { g1: G1; g2: G2 } {
  return { g1: readG1(bytes.subarray(0, G1_BYTES)), g2: readG2(bytes.subarray(G1_BYTES)) };
}

function readG1(bytes: Uint8Array): G1 {
  const [x = 0n, y = 0n] = [0, 1].map((index) => readField(bytes, index));
  if (x === 0n && y === 0n) return bn254.G1.Point.ZERO;
  try {
    const point = bn254.G1.Point.fromAffine({ x, y });
    point.assertValidity();
    return point;
  } catch {
    throw invalidInput('invalid g1', bytes);
  }
}

function readG2(bytes: Uint8Array): G2 {
  const [a = 0n, b = 0n, c = 0n, d = 0n] = [0, 1, 2, 3].map((index) => readField(bytes, index));
  const x = Fp2.fromBigTuple([a, b]);
  const y = Fp2.fromBigTuple([c, d]);
  if (Fp2.is0(x) && Fp2.is0(y)) return bn254.G2.Point.ZERO;
  try {
    const point = bn254.G2.Point.fromAffine({ x, y });
    point.assertValidity();
    return point;
  } catch {
    throw invalidInput('invalid g2', bytes);
  }
}

function readField(bytes: Uint8Array, index: number): bigint {
  const raw = bytes.subarray(index * FIELD_BYTES, (index + 1) * FIELD_BYTES);
  const value = readNumber(raw);
  if (value >= Fp.ORDER) throw invalidInput('invalid fq', raw);
  return value;
}

function readNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function encodeG1(point: G1): Uint8Array {
  const { x, y } = point.is0() ? { x: 0n, y: 0n } : point.toAffine();
  return Buffer.concat([encodeField(x), encodeField(y)]);
}

function encodeField(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * FIELD_BYTES, '0'), 'hex').reverse();
}

function invalidInput(message: string, bad?: Uint8Array): HostError {
  const shown = Array.from(bad ?? [], (byte) => byte.toString(16).toUpperCase()).join(', ');
  const text = bad === undefined ? message : `${message}: [${shown}]`;
  return new HostError('AltBn128InvalidInput', `AltBn128 invalid input: ${text}`, { msg: text });
}
