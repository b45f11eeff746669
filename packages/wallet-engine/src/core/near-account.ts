/** Account-id rules of nearcore: 2 to 64 characters of separated lower-case parts. */
const accountIdPattern = /^(([a-z\d]+[-_])*[a-z\d]+\.)*([a-z\d]+[-_])*[a-z\d]+$/;

const longestAccountId = 64;

export function isAccountId(text: string): boolean {
  return text.length >= 2 && text.length <= longestAccountId && accountIdPattern.test(text);
}

const labelLength = 16;
/** Wallets are sub-accounts of it, with a label of fixed length. */
export const longestParentId = longestAccountId - labelLength - '.'.length;

/**
 * @throws Error if no account id, or one so long that a wallet's below it would be none: an implicit account of
 * 64 characters, for example, has no sub-accounts of ours
 */
export function requireParentId(text: string): void {
  if (isAccountId(text) && text.length <= longestParentId) return;
  throw new Error(
    `the service account must be a NEAR account id of at most ${longestParentId} characters: wallets are its sub-accounts`,
  );
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
