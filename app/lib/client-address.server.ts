import ipaddr from 'ipaddr.js';

/**
 * Set by our own server from the connection, over whatever the client sent: a rate limit that
 * trusts a client's header is evaded by changing it. Empty where the address is not known.
 */
export const CLIENT_ADDRESS_HEADER = 'x-choonsim-client-address';

/** Of a chain of proxies; what a client has written before is not looked at. */
const MOST_HOPS = 32;
/** Where our own proxies stand, unless others are named. */
const PRIVATE_RANGES = ['loopback', 'linkLocal', 'private', 'uniqueLocal'];
/** The IPv4 internet as seen from networks that have IPv6 only (RFC 6052). */
const NAT64_RANGE = 'rfc6052';

/**
 * An address in its one spelling: with a port, in brackets, with a zone or mapped into IPv6 it is the
 * same address.
 * @returns null for what is none, such as `unknown` or a host's name
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
  /** `X-Forwarded-For`, to which each proxy adds whom it was asked by. */
  readonly forwardedFor?: string | undefined;
  /** Networks of proxies with public addresses, such as a CDN's, beside those in private ones. */
  readonly trustedProxies: readonly string[];
  /** Whether strangers reach us: then a proxy stands in front, and who is near is that proxy. */
  readonly isExposed?: boolean;
}

/**
 * Whose request it is: the last address that no proxy of ours has. What stands before it was written
 * by the client.
 * @returns null when a proxy of ours does not name an address
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

/** Whether somebody with a public address of their own says who has asked them: a proxy we do not know? */
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

/** How many stand behind a network: one address, a home's, a site's or a carrier's. */
export type Breadth = 'ipv4' | 'ipv6/64' | 'ipv6/56' | 'ipv6/48' | 'unknown';

export interface Network {
  readonly key: string;
  readonly breadth: Breadth;
}

const UNKNOWN: readonly Network[] = [{ key: 'unknown', breadth: 'unknown' }];

/**
 * The networks an address is counted in. A customer has a whole /64 of IPv6, and often a /56 or a
 * /48: counted by addresses, nobody would ever be at a limit. Nobody is counted who asks from this
 * machine itself, such as tests, benchmarks and whatever watches us; but where strangers reach us, that
 * is a proxy beside us that does not name them, and they are counted together.
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

/** Of a request inside the app, whose header our own server has set. */
export function addressOf(headers: Headers): string | null {
  return parseAddress(headers.get(CLIENT_ADDRESS_HEADER) ?? '');
}
