import type { MasterKey } from '#engine/ports/master-keys.ts';
import { env } from '../settings/env.server.ts';

const unwrapped = new Map<number, Uint8Array>();

/**
 * Asks once, when the process starts, for the keys that the configuration holds only wrapped. Safe to
 * repeat; without wrapped keys it does nothing.
 * @throws MasterKeysUnavailableError
 */
export async function loadMasterKeys(unwrap: (keys: WrappedKeys) => Promise<MasterKey[]>) {
  const wrapped = env().walletEncryptionKeys.flatMap((key) => ('ciphertext' in key ? [key] : []));
  if (wrapped.length === 0 || wrapped.every(({ version }) => unwrapped.has(version))) return;
  for (const { version, key } of await unwrap(wrapped)) unwrapped.set(version, key);
}

type WrappedKeys = readonly { version: number; ciphertext: string }[];

/** The first encrypts, all decrypt. @throws before wrapped ones were loaded */
export function masterKeys(): MasterKey[] {
  return env().walletEncryptionKeys.map((entry) => {
    const key = 'key' in entry ? entry.key : unwrapped.get(entry.version);
    if (!key) throw new Error('the wrapped master keys were not read from Vault yet');
    return { version: entry.version, key };
  });
}
