import { type Breadth, type Network, networksOf } from '../http/client-address.server.ts';
import { env } from '../settings/env.server.ts';
import type { ScopedLimit } from './limit-reached.server.ts';

/** A network's share of a limit, by how many clients it may represent. */
type Allowances = Readonly<Record<Breadth, number>>;

/**
 * For what costs money once, such as a wallet. A customer gets an IPv6 /48 as easily as an IPv4
 * address, which represents more people.
 */
const STRICT: Allowances = {
  ipv4: 1,
  'ipv6/64': 0.5,
  'ipv6/56': 0.75,
  'ipv6/48': 1,
  // Our proxy forwards no client addresses: all clients are counted together.
  unknown: 16,
};

/** For what is harmful only in large numbers. */
export const GENEROUS: Allowances = {
  ipv4: 1,
  'ipv6/64': 1,
  'ipv6/56': 2,
  'ipv6/48': 8,
  unknown: 64,
};

interface NetworkPolicy {
  /** The counted action, such as `sign-up`. */
  readonly name: string;
  readonly most: number;
  readonly windowMs: number;
  readonly isStrict: boolean;
}

/** The networks an address counts towards in this deployment. */
export function countedNetworks(address: string | null): readonly Network[] {
  return networksOf(address, { isExposed: env().isExposed });
}

/** The limits of all networks an address belongs to. None for this machine itself, unless exposed. */
export function networkLimits(
  address: string | null,
  { name, most, windowMs, isStrict }: NetworkPolicy,
): ScopedLimit[] {
  const allowances = isStrict ? STRICT : GENEROUS;
  return countedNetworks(address).map(({ key, breadth }) => ({
    key: `${name}:${key}`,
    most: Math.max(Math.floor(most * allowances[breadth]), 1),
    windowMs,
    scope: 'network',
  }));
}
