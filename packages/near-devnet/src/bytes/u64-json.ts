// The greatest number of JavaScript that is a u64: `Number(2n ** 64n - 1n)` is rounded up to 2^64.
const MAX_U64_NUMBER = 2 ** 64 - 2 ** 11;

/** A u64 as a number in JSON. Above 2^53 it is rounded, but never to one that a client with 64-bit integers cannot parse. */
export function u64Json(value: bigint): number {
  return Math.min(Number(value), MAX_U64_NUMBER);
}
