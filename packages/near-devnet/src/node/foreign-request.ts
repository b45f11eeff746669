import { isIPv4 } from 'node:net';

/** The headers that name the sender of a request, and this server as the sender addressed it. */
interface RequestHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}

/**
 * Why a request is rejected, or null. Any website can make a browser send requests to this machine, with the site's own
 * origin or, by a name that resolves to a loopback address, with the site's own host; both headers are checked.
 * @param allowedHosts names accepted beside the loopback ones; `*` for all
 */
export function findForeigner(
  { host, origin }: RequestHeaders,
  allowedHosts: readonly string[],
): string | null {
  const isAllowed = (name: string | null) =>
    allowedHosts.includes('*') ||
    (name !== null && (isLoopback(name) || allowedHosts.includes(name)));
  if (host !== undefined && !isAllowed(hostnameOf(`http://${host}`))) {
    return refusal('host', host);
  }
  if (origin !== undefined && !isAllowed(hostnameOf(origin))) return refusal('origin', origin);
  return null;
}

function refusal(header: 'host' | 'origin', value: string): string {
  const name = hostnameOf(header === 'host' ? `http://${value}` : value);
  const remedy = name === null ? '' : ` Allow it with --allow-host ${name} if you trust it.`;
  const shown = JSON.stringify(value.slice(0, 100));
  return `This devnet answers to this machine only, and refuses the ${header} ${shown}.${remedy}\n`;
}

function hostnameOf(url: string): string | null {
  try {
    return new URL(url).hostname || null;
  } catch {
    return null;
  }
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    (isIPv4(hostname) && hostname.startsWith('127.'))
  );
}
