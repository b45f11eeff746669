import type { Hash } from '../bytes/hash.ts';

/** The code of an account. */
export type ContractReference =
  /** A built-in contract, by its name. */
  | { readonly kind: 'built-in'; readonly name: string }
  /** Code deployed to the account itself. */
  | { readonly kind: 'local'; readonly hash: Hash; readonly codeLength: number }
  /** Global code: by its hash, or the latest that an account published. */
  | { readonly kind: 'global'; readonly hash: Hash }
  | { readonly kind: 'global-account'; readonly accountId: string };

/** The key of an account's code among all codes; null for a built-in contract. */
export function codeKey(accountId: string, reference: ContractReference): string | null {
  switch (reference.kind) {
    case 'built-in':
      return null;
    case 'local':
      return `local ${accountId}`;
    case 'global':
      return globalCodeKey({ hash: reference.hash });
    case 'global-account':
      return globalCodeKey({ accountId: reference.accountId });
  }
}

/** Global code by its hash, or by the account that published it. */
export type GlobalCode = { readonly hash: Hash } | { readonly accountId: string };

/** The key of global code among all codes. */
export function globalCodeKey(identifier: GlobalCode): string {
  return 'hash' in identifier ? `global ${identifier.hash}` : `account ${identifier.accountId}`;
}

// About the size of a real token's code; it also prevents the deletion of a token's account.
export const BUILT_IN_CODE_BYTES = 200_000;

/** Bytes of the account's storage that the code, or the reference to it, uses. */
export function referenceBytes(reference: ContractReference | null): number {
  switch (reference?.kind) {
    case undefined:
      return 0;
    case 'built-in':
      return BUILT_IN_CODE_BYTES;
    case 'local':
      return reference.codeLength;
    case 'global':
      return 32;
    case 'global-account':
      return reference.accountId.length;
  }
}
