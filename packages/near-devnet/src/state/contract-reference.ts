import type { Hash } from '../bytes/hash.ts';

/** Which code an account runs. */
export type ContractReference =
  /** A contract of the devnet's own, by its name. */
  | { readonly kind: 'built-in'; readonly name: string }
  /** Code deployed to the account itself. */
  | { readonly kind: 'local'; readonly hash: Hash; readonly codeLength: number }
  /** Code that anybody may use: by its hash, or whatever an account publishes. */
  | { readonly kind: 'global'; readonly hash: Hash }
  | { readonly kind: 'global-account'; readonly accountId: string };

/** Where the code of an account lies among all codes; null for a built-in contract. */
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

/** Where global code lies among all codes. */
export function globalCodeKey(identifier: GlobalCode): string {
  return 'hash' in identifier ? `global ${identifier.hash}` : `account ${identifier.accountId}`;
}

// The code of a real token is about this big; it also keeps a token's account from being deleted.
export const BUILT_IN_CODE_BYTES = 200_000;

/** Bytes of storage that the code, or the reference to it, takes on the account. */
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
