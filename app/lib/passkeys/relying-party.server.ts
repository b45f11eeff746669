import { env } from '../settings/env.server.ts';

/** Whom a passkey is for: our host, and the pages that may ask for it. */
export function relyingParty(request: Request): { id: string; origin: string } {
  const { origin, hostname: id } = new URL(env().betterAuthUrl ?? request.url);
  return { id, origin };
}
