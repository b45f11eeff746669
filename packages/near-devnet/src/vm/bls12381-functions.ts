import { bls12_381 } from '@noble/curves/bls12-381.js';
import type { HostCost } from '../rules/host-costs.ts';
import type { HostCall, HostFunctionTable } from './host-call.ts';
import { HostError } from './host-error.ts';

const { Fp, Fp2, Fp12, Fr } = bls12_381.fields;
const FP_BYTES = 48;
const SCALAR_BYTES = 32;
const COMPRESSED = 0x80;
const INFINITE = 0x40;
const GREATER = 0x20;
const FLAGS = COMPRESSED | INFINITE | GREATER;

/** The operations of both groups that the host functions need. */
interface Point<P> {
  add(other: P): P;
  negate(): P;
  multiplyUnsafe(scalar: bigint): P;
  isTorsionFree(): boolean;
  is0(): boolean;
}

/** One of the groups: points over a field, in uncompressed and compressed bytes. */
interface Group<F, P extends Point<P>> {
  readonly fieldBytes: number;
  readonly zero: P;
  readonly curveConstant: F;
  readonly field: {
    add(a: F, b: F): F;
    mul(a: F, b: F): F;
    neg(a: F): F;
    sqrt(a: F): F;
    eql(a: F, b: F): boolean;
  };
  /** Null for bytes that are not a field element. */
  readField(bytes: Uint8Array): F | null;
  writeField(value: F): Uint8Array;
  isGreater(value: F): boolean;
  point(x: F, y: F): P;
  coordinates(point: P): readonly [x: F, y: F];
  map(value: F): P;
}

type G1 = InstanceType<typeof bls12_381.G1.Point>;
type G2 = InstanceType<typeof bls12_381.G2.Point>;
type Fp2Element = ReturnType<typeof Fp2.fromBigTuple>;

const readFp = (bytes: Uint8Array): bigint | null => {
  const value = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  return value < Fp.ORDER ? value : null;
};
const writeFp = (value: bigint) =>
  Buffer.from(value.toString(16).padStart(2 * FP_BYTES, '0'), 'hex');
const isGreaterFp = (value: bigint) => value > Fp.ORDER / 2n;

// The library's types return coordinates here; its values are points of the group.
const mapToG1 = bls12_381.G1.mapToCurve as unknown as (value: bigint) => G1;
const mapToG2 = bls12_381.G2.mapToCurve as unknown as (value: bigint[]) => G2;

const group1: Group<bigint, G1> = {
  fieldBytes: FP_BYTES,
  zero: bls12_381.G1.Point.ZERO,
  curveConstant: 4n,
  field: Fp,
  readField: readFp,
  writeField: writeFp,
  isGreater: isGreaterFp,
  point: (x, y) => bls12_381.G1.Point.fromAffine({ x, y }),
  coordinates: (point) => {
    const { x, y } = point.toAffine();
    return [x, y];
  },
  map: mapToG1,
};

const group2: Group<Fp2Element, G2> = {
  fieldBytes: 2 * FP_BYTES,
  zero: bls12_381.G2.Point.ZERO,
  curveConstant: Fp2.fromBigTuple([4n, 4n]),
  field: Fp2,
  readField: (bytes) => {
    const [c1, c0] = [bytes.subarray(0, FP_BYTES), bytes.subarray(FP_BYTES)].map(readFp);
    return c0 == null || c1 == null ? null : Fp2.fromBigTuple([c0, c1]);
  },
  writeField: ({ c0, c1 }) => Buffer.concat([writeFp(c1), writeFp(c0)]),
  isGreater: ({ c0, c1 }) => (c1 === 0n ? isGreaterFp(c0) : isGreaterFp(c1)),
  point: (x, y) => bls12_381.G2.Point.fromAffine({ x, y }),
  coordinates: (point) => {
    const { x, y } = point.toAffine();
    return [x, y];
  },
  map: ({ c0, c1 }) => mapToG2([c0, c1]),
};

/** The functions of NEP-488 on the curve BLS12-381. */
export function addBls12381Functions(table: HostFunctionTable, call: HostCall): void {
  addGroup(table, call, group1, { point: 'p1', group: 'g1', map: 'map_fp_to_g1' });
  addGroup(table, call, group2, { point: 'p2', group: 'g2', map: 'map_fp2_to_g2' });
  table.free('bls12381_pairing_check', 'jj>j', (length = 0n, pointer = 0n) => {
    const size = 2 * (group1.fieldBytes + group2.fieldBytes);
    const items = readItems(call, [length, pointer], size, 'bls12381_pairing');
    return checkPairing(items);
  });
}

function addGroup<F, P extends Point<P>>(
  table: HostFunctionTable,
  call: HostCall,
  group: Group<F, P>,
  names: { point: 'p1' | 'p2'; group: 'g1' | 'g2'; map: 'map_fp_to_g1' | 'map_fp2_to_g2' },
): void {
  const pointBytes = 2 * group.fieldBytes;
  const add = (
    name: string,
    size: number,
    compute: (items: readonly Uint8Array[]) => Uint8Array | null,
  ) => {
    table.free(name, 'jjj>j', (length = 0n, pointer = 0n, register = 0n) => {
      const result = compute(readItems(call, [length, pointer], size, name));
      if (result === null) return 1;
      call.memory.setRegister(register, result);
      return 0;
    });
  };
  add(`bls12381_${names.point}_sum`, 1 + pointBytes, (items) => sum(group, items));
  add(`bls12381_${names.group}_multiexp`, pointBytes + SCALAR_BYTES, (items) =>
    multiply(group, items),
  );
  add(`bls12381_${names.map}`, group.fieldBytes, (items) => mapAll(group, items));
  add(`bls12381_${names.point}_decompress`, group.fieldBytes, (items) => decompress(group, items));
}

/** Reads and pays for the items; throws if the length is not a multiple of their size. */
function readItems(
  { gas, memory }: HostCall,
  [length, pointer]: readonly [bigint, bigint],
  size: number,
  name: string,
): Uint8Array[] {
  gas.pay(`${name}_base` as HostCost);
  const bytes = memory.read(pointer, length);
  const count = Math.floor(bytes.length / size);
  gas.pay(`${name}_element` as HostCost, count);
  if (bytes.length % size !== 0) {
    const text = `Incorrect input length for ${name}: ${bytes.length} is not divisible by ${size}`;
    throw new HostError('BLS12381InvalidInput', `BLS12-381 invalid input: ${text}`, { msg: text });
  }
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

function sum<F, P extends Point<P>>(group: Group<F, P>, items: readonly Uint8Array[]) {
  let total = group.zero;
  for (const item of items) {
    const sign = item[0] ?? 2;
    const point = readPoint(group, item.subarray(1));
    if (point === null || sign > 1) return null;
    total = total.add(sign === 1 ? point.negate() : point);
  }
  return writePoint(group, total);
}

function multiply<F, P extends Point<P>>(group: Group<F, P>, items: readonly Uint8Array[]) {
  let total = group.zero;
  for (const item of items) {
    const point = readPoint(group, item.subarray(0, 2 * group.fieldBytes));
    if (point === null || !point.isTorsionFree()) return null;
    const raw = Buffer.from(item.subarray(2 * group.fieldBytes)).reverse();
    const scalar = BigInt(`0x${raw.toString('hex')}`) % Fr.ORDER;
    total = total.add(point.multiplyUnsafe(scalar));
  }
  return writePoint(group, total);
}

function mapAll<F, P extends Point<P>>(group: Group<F, P>, items: readonly Uint8Array[]) {
  const points: Uint8Array[] = [];
  for (const item of items) {
    const value = group.readField(item);
    if (value === null) return null;
    points.push(writePoint(group, group.map(value)));
  }
  return Buffer.concat(points);
}

function decompress<F, P extends Point<P>>(group: Group<F, P>, items: readonly Uint8Array[]) {
  const points: Uint8Array[] = [];
  for (const item of items) {
    const point = readCompressed(group, item);
    if (point === null) return null;
    points.push(writePoint(group, point));
  }
  return Buffer.concat(points);
}

/** 0 if the product is one, 2 if it is not, 1 for a point outside its group. */
function checkPairing(items: readonly Uint8Array[]): number {
  const pairs: { g1: G1; g2: G2 }[] = [];
  for (const item of items) {
    const g1 = readPoint(group1, item.subarray(0, 2 * group1.fieldBytes));
    const g2 = readPoint(group2, item.subarray(2 * group1.fieldBytes));
    if (g1 === null || g2 === null || !g1.isTorsionFree() || !g2.isTorsionFree()) return 1;
    // A pairing with infinity is one.
    if (!g1.is0() && !g2.is0()) pairs.push({ g1, g2 });
  }
  const isOne = pairs.length === 0 || Fp12.eql(bls12_381.pairingBatch(pairs), Fp12.ONE);
  return isOne ? 0 : 2;
}

/** A point of the curve, in the group or not; null for anything else. */
function readPoint<F, P extends Point<P>>(group: Group<F, P>, bytes: Uint8Array): P | null {
  const flags = (bytes[0] ?? 0) & FLAGS;
  if (flags === INFINITE) return isEmpty(bytes) ? group.zero : null;
  if (flags !== 0) return null;
  const x = group.readField(bytes.subarray(0, group.fieldBytes));
  const y = group.readField(bytes.subarray(group.fieldBytes));
  if (x === null || y === null) return null;
  return group.field.eql(group.field.mul(y, y), ySquared(group, x)) ? group.point(x, y) : null;
}

/** The library encodes only points of the group; here any point of the curve can be a result. */
function writePoint<F, P extends Point<P>>(group: Group<F, P>, point: P): Uint8Array {
  if (point.is0()) {
    const bytes = new Uint8Array(2 * group.fieldBytes);
    bytes[0] = INFINITE;
    return bytes;
  }
  const [x, y] = group.coordinates(point);
  return Buffer.concat([group.writeField(x), group.writeField(y)]);
}

function readCompressed<F, P extends Point<P>>(group: Group<F, P>, bytes: Uint8Array): P | null {
  const flags = (bytes[0] ?? 0) & FLAGS;
  if ((flags & COMPRESSED) === 0) return null;
  if ((flags & INFINITE) !== 0) {
    return (flags & GREATER) === 0 && isEmpty(bytes) ? group.zero : null;
  }
  const x = group.readField(withoutFlags(bytes));
  if (x === null) return null;
  try {
    const y = group.field.sqrt(ySquared(group, x));
    const isWanted = group.isGreater(y) === ((flags & GREATER) !== 0);
    return group.point(x, isWanted ? y : group.field.neg(y));
  } catch {
    // No such point: there is no square root.
    return null;
  }
}

function ySquared<F, P extends Point<P>>({ field, curveConstant }: Group<F, P>, x: F): F {
  return field.add(field.mul(field.mul(x, x), x), curveConstant);
}

function isEmpty(bytes: Uint8Array): boolean {
  return withoutFlags(bytes).every((byte) => byte === 0);
}

function withoutFlags(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy[0] = (copy[0] ?? 0) & ~FLAGS;
  return copy;
}
