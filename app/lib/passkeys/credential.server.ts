import { z } from 'zod';

const base64url = z.string().regex(/^[\w-]{1,8192}$/);

/** What browsers send of both kinds; the library checks the rest. */
const shape = z.object({
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  response: z.object({ clientDataJSON: base64url }).loose(),
  clientExtensionResults: z.object({}).loose(),
});

/** @returns null when it is no credential */
export function parseCredential<Credential>(text: string): Credential | null {
  try {
    return shape.parse(JSON.parse(text)) as Credential;
  } catch {
    return null;
  }
}
