import { AsyncLocalStorage } from 'node:async_hooks';

interface Verified {
  /** The credential's hash when it was verified. */
  hash: string;
  readonly password: string;
}

/** An identity at another site. */
export interface OtherAccount {
  readonly providerId: string;
  readonly accountId: string;
}

const requests = new AsyncLocalStorage<{
  verified: Verified | null;
  otherAccount: OtherAccount | null;
}>();

/** Runs one request; what it has verified, a password or another site's account, is remembered until its end. */
export function rememberVerified<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  return requests.run({ verified: null, otherAccount: null }, act);
}

/** Another site has identified the user by this account. */
export function setOtherAccount(otherAccount: OtherAccount): void {
  const request = requests.getStore();
  if (request) request.otherAccount = otherAccount;
}

/** The other site's account verified by this request; null: none, or outside of a request. */
export function shownOtherAccount(): OtherAccount | null {
  return requests.getStore()?.otherAccount ?? null;
}

/** A password matched this hash. */
export function setVerified(verified: Verified): void {
  const request = requests.getStore();
  if (request) request.verified = verified;
}

/** What this request has verified; null: nothing, or outside of a request. */
export function verifiedPassword(): Verified | null {
  return requests.getStore()?.verified ?? null;
}
