import { type Breadth, type Network, networksOf } from './client-address.server.ts';
import { env } from './env.server.ts';
import type { ScopedLimit } from './limit-reached.server.ts';

/** How much of a limit a network has, for how many may stand behind it. */
type Allowances = Readonly<Record<Breadth, number>>;

/**
 * For what costs money once, such as a wallet. One customer has a /48 of IPv6 as easily as an IPv4
 * address, which hides more people.
 */
const STRICT: Allowances = {
  ipv4: 1,
  'ipv6/64': 0.5,
  'ipv6/56': 0.75,
  'ipv6/48': 1,
  // A proxy of ours does not tell who asks: everybody is counted together.
  unknown: 16,
};

/** For what harms nobody but by its mass. */
export const GENEROUS: Allowances = {
  ipv4: 1,
  'ipv6/64': 1,
  'ipv6/56': 2,
  'ipv6/48': 8,
  unknown: 64,
};

interface NetworkPolicy {
  /** What is counted, such as `sign-up`. */
  readonly name: string;
  readonly most: number;
  readonly windowMs: number;
  readonly isStrict: boolean;
}

/** The networks an address is counted in here. */
export function countedNetworks(address: string | null): readonly Network[] {
  return networksOf(address, { isExposed: env().isExposed });
}

/** The limits of all networks an address belongs to. None for this machine itself, unless it is exposed. */
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
