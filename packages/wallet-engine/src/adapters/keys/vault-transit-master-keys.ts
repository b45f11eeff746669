import type { Clock } from '../../core/clock.ts';
import {
  type MasterKey,
  type MasterKeyProvider,
  MasterKeysUnavailableError,
} from '../../ports/master-keys.ts';
import { isRecord } from '../near-rpc/rpc-reply.ts';

const timeoutMs = 5_000;
const tries = 5;
const firstPauseMs = 500;
const keyLength = 32;

/**
 * Envelope encryption with HashiCorp Vault's transit engine, or a server of its kind: the
 * configuration holds master keys wrapped by a key that never leaves Vault
 * (`transit/datakey/wrapped`), and `POST /v1/transit/decrypt/:name` unwraps them in one batch.
 * https://developer.hashicorp.com/vault/api-docs/secret/transit#decrypt-data
 */
export function createVaultTransitMasterKeys({
  address,
  token,
  keyName,
  wrappedKeys,
  clock,
}: {
  address: string;
  token: string;
  keyName: string;
  /** The newest first; ciphertexts such as `vault:v1:…`. */
  wrappedKeys: readonly { version: number; ciphertext: string }[];
  clock: Pick<Clock, 'sleep'>;
}): MasterKeyProvider {
  const url = new URL(`/v1/transit/decrypt/${encodeURIComponent(keyName)}`, address);

  const ask = async (): Promise<unknown> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'X-Vault-Token': token, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        batch_input: wrappedKeys.map(({ ciphertext }) => ({ ciphertext })),
      }),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    if (response.status === 403) {
      throw new MasterKeysUnavailableError(
        `VAULT_TOKEN: ${url.host} refuses it; it needs "update" on transit/decrypt/${keyName}.`,
      );
    }
    if (response.status === 404) {
      throw new MasterKeysUnavailableError(
        `VAULT_TRANSIT_KEY: ${url.host} has no transit engine at /v1/transit.`,
      );
    }
    const isForUs = response.ok || response.status === 400;
    if (!isForUs) throw new Error(`HTTP ${response.status}`);
    return response.json();
  };

  return {
    async readMasterKeys() {
      for (let tried = 1; ; tried += 1) {
        try {
          return toMasterKeys(await ask(), wrappedKeys);
        } catch (error) {
          if (error instanceof MasterKeysUnavailableError) throw error;
          if (tried === tries) {
            throw new MasterKeysUnavailableError(
              `VAULT_ADDR: ${url.host} does not answer; is it reachable and unsealed?`,
              { cause: error },
            );
          }
          await clock.sleep(firstPauseMs * 2 ** (tried - 1));
        }
      }
    },
  };
}

function toMasterKeys(answer: unknown, wrappedKeys: readonly { version: number }[]): MasterKey[] {
  const data = isRecord(answer) && isRecord(answer.data) ? answer.data : {};
  const results: unknown[] = Array.isArray(data.batch_results) ? data.batch_results : [];
  return wrappedKeys.map(({ version }, index) => {
    const result = results[index];
    const plaintext = isRecord(result) ? result.plaintext : undefined;
    const key = typeof plaintext === 'string' ? Buffer.from(plaintext, 'base64') : null;
    if (key?.length !== keyLength) {
      throw new MasterKeysUnavailableError(
        `VAULT_TRANSIT_KEY: the master key of version ${version} was not wrapped by it, or has not ${keyLength} bytes.`,
      );
    }
    return { version, key };
  });
}
