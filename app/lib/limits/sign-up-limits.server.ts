import { env } from '../settings/env.server.ts';
import type { ScopedLimit } from './limit-reached.server.ts';
import { networkLimits } from './network-limits.server.ts';

const HOUR_MS = 60 * 60_000;

/** For all sign-up methods together: each may cost a wallet. */
export function signUpLimits(address: string | null): ScopedLimit[] {
  const { signupLimitPerIp: most } = env();
  if (most === 0) return [];
  return networkLimits(address, { name: 'sign-up', most, windowMs: HOUR_MS, isStrict: true });
}
