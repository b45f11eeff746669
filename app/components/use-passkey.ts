import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser';
import { useRef, useState } from 'react';

/** Lets a device sign in with one of its passkeys. @returns what it has signed, as text for a form */
export async function signWithPasskey(): Promise<string> {
  const { startAuthentication } = await import('@simplewebauthn/browser');
  const answer = await fetch('/api/passkey-options');
  if (!answer.ok) throw new Error(`passkey options: ${answer.status}`);
  return JSON.stringify(await startAuthentication({ optionsJSON: await answer.json() }));
}

/** Makes a passkey on a device of the person. @returns it, as text for a form */
export async function makePasskey(
  optionsJSON: PublicKeyCredentialCreationOptionsJSON,
): Promise<string> {
  const { startRegistration } = await import('@simplewebauthn/browser');
  const { id, rawId, type, response, clientExtensionResults } = await startRegistration({
    optionsJSON,
  });
  // What else stands there is in the attestation, too.
  const { attestationObject, clientDataJSON, transports } = response;
  const needed = { attestationObject, clientDataJSON, transports };
  return JSON.stringify({ id, rawId, type, response: needed, clientExtensionResults });
}

/** Asks the devices, once at a time. */
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

/** The person has closed the dialog, or has none to show: which of the two no browser tells. */
function isCancelled(error: unknown): boolean {
  return error instanceof Error && /^(NotAllowedError|AbortError)$/.test(error.name);
}
