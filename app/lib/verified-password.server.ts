import { AsyncLocalStorage } from 'node:async_hooks';

interface Verified {
  /** Of the credential, as it was stored when it was verified. */
  hash: string;
  readonly password: string;
}

const requests = new AsyncLocalStorage<{ verified: Verified | null }>();

/** One request: which password it has shown is remembered until its end. */
export function rememberVerified<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  return requests.run({ verified: null }, act);
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
