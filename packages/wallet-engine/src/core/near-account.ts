/** Account-id rules of nearcore: 2 to 64 characters of separated lower-case parts. */
const accountIdPattern = /^(([a-z\d]+[-_])*[a-z\d]+\.)*([a-z\d]+[-_])*[a-z\d]+$/;

export function isAccountId(text: string): boolean {
  return text.length >= 2 && text.length <= 64 && accountIdPattern.test(text);
}

/** Only the direct parent may create an account: `a.b` for `b`, not `x.a.b`. */
export function isDirectSubAccountOf({
  accountId,
  parentId,
}: {
  accountId: string;
  parentId: string;
}): boolean {
  if (!accountId.endsWith(`.${parentId}`)) return false;
  const label = accountId.slice(0, -parentId.length - 1);
  return isAccountId(accountId) && !label.includes('.');
}

const labelAlphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const labelLength = 16;

/**
 * A new sub-account id of fixed length, every character equally likely (36^16 ids: two of a
 * billion wallets meet with a chance below one in ten million).
 * @param randomBytes must be unpredictable in production
 */
export function newAccountId({
  parentId,
  randomBytes,
}: {
  parentId: string;
  randomBytes: (size: number) => Uint8Array;
}): string {
  // Bytes from 252 up would favour the first letters of the alphabet (252 = 7 * 36).
  const unbiased = 252;
  let label = '';
  while (label.length < labelLength) {
    for (const byte of randomBytes(labelLength)) {
      if (byte < unbiased && label.length < labelLength) {
        label += labelAlphabet[byte % labelAlphabet.length];
      }
    }
  }
  return `${label}.${parentId}`;
}
