import ipaddr from 'ipaddr.js';

/**
 * Set by our own server from the connection, overwriting the client's value: a rate limit that
 * trusts a client's header can be evaded. Empty if the address is unknown.
 */
export const CLIENT_ADDRESS_HEADER = 'x-choonsim-client-address';

/** Of a chain of proxies; earlier entries are ignored. */
const MOST_HOPS = 32;
/** Where our own proxies are, unless others are configured. */
const PRIVATE_RANGES = ['loopback', 'linkLocal', 'private', 'uniqueLocal'];
/** The IPv4 internet as seen from IPv6-only networks (RFC 6052). */
const NAT64_RANGE = 'rfc6052';

/**
 * An address in canonical form: with a port, in brackets, with a zone or mapped into IPv6 it is the
 * same address.
 * @returns null for anything else, such as `unknown` or a host name
 */
export function parseAddress(text: string): string | null {
  const bare = withoutPort(text.trim().replace(/^"|"$/g, '')).replace(/%.*$/, '');
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare).toString();
  if (!bare.includes(':') || !ipaddr.IPv6.isValid(bare)) return null;
  const address = ipaddr.process(bare);
  if (address instanceof ipaddr.IPv4) return address.toString();
  if (address.range() === NAT64_RANGE) {
    return new ipaddr.IPv4(address.toByteArray().slice(-4)).toString();
  }
  return address.toNormalizedString();
}

function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1];
  return bracketed ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
}

interface Connection {
  readonly socketAddress: string | undefined;
  /** `X-Forwarded-For`, to which each proxy appends its client's address. */
  readonly forwardedFor?: string | undefined;
  /** Networks of proxies with public addresses, such as a CDN's, besides private ones. */
  readonly trustedProxies: readonly string[];
  /** Whether the deployment is public: then a nearby address is a proxy's. */
  readonly isExposed?: boolean;
}

/**
 * The client's address: the last one that does not belong to a proxy of ours. Anything before it was
 * written by the client.
 * @returns null if our proxy forwards no address
 */
export function clientAddressOf(connection: Connection): string | null {
  const { socketAddress = '', forwardedFor = '', trustedProxies, isExposed = false } = connection;
  let address = parseAddress(socketAddress);
  if (isExposed && forwardedFor.trim() === '' && address && isProxy(address, trustedProxies)) {
    return null;
  }
  for (const hop of forwardedFor.split(',').slice(-MOST_HOPS).reverse()) {
    if (address === null || hop.trim() === '' || !isProxy(address, trustedProxies)) break;
    address = parseAddress(hop);
  }
  return address;
}

/** Whether the request came from a public address that forwards another one: an unlisted proxy? */
export function isUnnamedProxy(connection: Connection): boolean {
  const { socketAddress = '', forwardedFor = '', trustedProxies } = connection;
  const address = parseAddress(socketAddress);
  return forwardedFor.trim() !== '' && address !== null && !isProxy(address, trustedProxies);
}

function isProxy(address: string, trustedProxies: readonly string[]): boolean {
  const parsed = ipaddr.parse(address);
  if (PRIVATE_RANGES.includes(parsed.range())) return true;
  return trustedProxies.some((network) => {
    const [base, bits] = ipaddr.parseCIDR(network);
    return base.kind() === parsed.kind() && parsed.match(base, bits);
  });
}

/** How many clients a network represents: an address, a home, a site or a carrier. */
export type Breadth = 'ipv4' | 'ipv6/64' | 'ipv6/56' | 'ipv6/48' | 'unknown';

export interface Network {
  readonly key: string;
  readonly breadth: Breadth;
}

const UNKNOWN: readonly Network[] = [{ key: 'unknown', breadth: 'unknown' }];

/**
 * The networks an address counts towards. A customer has a whole IPv6 /64, and often a /56 or a
 * /48: counted by addresses, no limit would ever be reached. Requests from this machine itself, such as
 * tests, benchmarks and monitoring, are not counted; on a public deployment, where they come from a
 * local proxy that forwards no addresses, they are counted together.
 */
export function networksOf(
  address: string | null,
  { isExposed }: { isExposed: boolean },
): readonly Network[] {
  if (address === null) return UNKNOWN;
  const parsed = ipaddr.parse(address);
  if (parsed.range() === 'loopback') return isExposed ? UNKNOWN : [];
  if (parsed instanceof ipaddr.IPv4) return [{ key: address, breadth: 'ipv4' }];
  return ([64, 56, 48] as const).map((bits) => ({
    key: `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/${bits}`)}/${bits}`,
    breadth: `ipv6/${bits}`,
  }));
}

/** From the header that our own server has set. */
export function addressOf(headers: Headers): string | null {
  return parseAddress(headers.get(CLIENT_ADDRESS_HEADER) ?? '');
}
