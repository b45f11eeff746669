const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const digitOf = new Map(Array.from(alphabet, (letter, digit) => [letter, digit]));
// As many digits as are an exact number.
const chunkDigits = 9;
const chunkBase = BigInt(58 ** chunkDigits);

/**
 * Base58 with Bitcoin's alphabet. A block alone shows some twenty hashes, and the client library's general conversion
 * between any two bases takes ten times as long; for an ML-DSA key it takes 32 ms, here one.
 */
export function encodeBase58(bytes: Uint8Array): string {
  let zeros = 0;
  while (zeros < bytes.length && bytes[zeros] === 0) zeros++;
  let rest = BigInt(
    `0x0${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`,
  );
  let digits = '';
  while (rest > 0n) {
    const quotient = rest / chunkBase;
    let chunk = Number(rest - quotient * chunkBase);
    rest = quotient;
    for (let digit = 0; rest > 0n ? digit < chunkDigits : chunk > 0; digit++) {
      digits = alphabet[chunk % 58] + digits;
      chunk = Math.floor(chunk / 58);
    }
  }
  return alphabet.charAt(0).repeat(zeros) + digits;
}

/** The bytes of a base58 text, or null if it has other characters. */
export function decodeBase58(text: string): Uint8Array | null {
  let zeros = 0;
  while (zeros < text.length && text[zeros] === alphabet[0]) zeros++;
  let value = 0n;
  for (let start = zeros; start < text.length; start += chunkDigits) {
    const end = Math.min(start + chunkDigits, text.length);
    let chunk = 0;
    for (let i = start; i < end; i++) {
      const digit = digitOf.get(text.charAt(i));
      if (digit === undefined) return null;
      chunk = chunk * 58 + digit;
    }
    value = value * BigInt(58 ** (end - start)) + BigInt(chunk);
  }
  const hex = value === 0n ? '' : value.toString(16);
  return Buffer.from('00'.repeat(zeros) + (hex.length % 2 === 0 ? hex : `0${hex}`), 'hex');
}
