import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser';
import { useRef, useState } from 'react';

/** Signs in with one of the device's passkeys. @returns the signed assertion as JSON for a form */
export async function signWithPasskey(): Promise<string> {
  const { startAuthentication } = await import('@simplewebauthn/browser');
  const answer = await fetch('/api/passkey-options');
  if (!answer.ok) throw new Error(`passkey options: ${answer.status}`);
  return JSON.stringify(await startAuthentication({ optionsJSON: await answer.json() }));
}

/** Creates a passkey on the user's device. @returns the credential as JSON for a form */
export async function makePasskey(
  optionsJSON: PublicKeyCredentialCreationOptionsJSON,
): Promise<string> {
  const { startRegistration } = await import('@simplewebauthn/browser');
  const { id, rawId, type, response, clientExtensionResults } = await startRegistration({
    optionsJSON,
  });
  // The other members repeat what the attestation contains.
  const { attestationObject, clientDataJSON, transports } = response;
  const needed = { attestationObject, clientDataJSON, transports };
  return JSON.stringify({ id, rawId, type, response: needed, clientExtensionResults });
}

/** Runs one passkey dialog at a time. */
export function usePasskey(onCredential: (credential: string) => void) {
  const isUnderWay = useRef(false);
  const [state, setState] = useState<'idle' | 'asking' | 'failed'>('idle');
  const ask = async (device: () => Promise<string>) => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setState('asking');
    try {
      onCredential(await device());
      setState('idle');
    } catch (error) {
      setState(isCancelled(error) ? 'idle' : 'failed');
    } finally {
      isUnderWay.current = false;
    }
  };
  return { ask, isAsking: state === 'asking', hasFailed: state === 'failed' };
}

/** The user closed the dialog, or has no passkey: browsers do not reveal which. */
function isCancelled(error: unknown): boolean {
  return error instanceof Error && /^(NotAllowedError|AbortError)$/.test(error.name);
}
