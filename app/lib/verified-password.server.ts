import { AsyncLocalStorage } from 'node:async_hooks';

interface Verified {
  /** Of the credential, as it was stored when it was verified. */
  hash: string;
  readonly password: string;
}

/** Who somebody is at another site. */
export interface OtherAccount {
  readonly providerId: string;
  readonly accountId: string;
}

const requests = new AsyncLocalStorage<{
  verified: Verified | null;
  otherAccount: OtherAccount | null;
}>();

/** One request: what it has shown, a password or another site's account, is remembered until its end. */
export function rememberVerified<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  return requests.run({ verified: null, otherAccount: null }, act);
}

/** Another site has said that this account asks. */
export function setOtherAccount(otherAccount: OtherAccount): void {
  const request = requests.getStore();
  if (request) request.otherAccount = otherAccount;
}

/** Which of another site's accounts this request has shown; null: none, or outside of one. */
export function shownOtherAccount(): OtherAccount | null {
  return requests.getStore()?.otherAccount ?? null;
}

/** A password was right for this hash. */
export function setVerified(verified: Verified): void {
  const request = requests.getStore();
  if (request) request.verified = verified;
}

/** What this request has shown to be right; null: nothing, or outside of one. */
export function verifiedPassword(): Verified | null {
  return requests.getStore()?.verified ?? null;
}
