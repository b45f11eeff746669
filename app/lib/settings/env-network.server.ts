import type { SettingError } from './env-names.server.ts';
import { isPublicHostOf } from './network-presets.ts';

type Source = Readonly<Record<string, string | undefined>>;

/** The top-level account below which a network's named accounts are. */
const NETWORKS = { mainnet: 'near', testnet: 'testnet' } as const;

/**
 * Accounts and nodes that belong to the other public network by their names. The engine compares the
 * chain itself at the first connection; this is reported before one is made, with the variable.
 */
export function findNetworkErrors(given: Source): SettingError[] {
  const own = given.NEAR_NETWORK_ID;
  if (own !== 'mainnet' && own !== 'testnet') return [];
  const other = own === 'mainnet' ? 'testnet' : 'mainnet';
  const errors: SettingError[] = [];
  for (const name of ['NEAR_SERVICE_ACCOUNT_ID', 'CHOCO_TOKEN_CONTRACT'] as const) {
    const accountId = given[name];
    if (!accountId?.endsWith(`.${NETWORKS[other]}`)) continue;
    const remedy = `${accountId} is an account of ${other}, and NEAR_NETWORK_ID is ${own}. Name an account of ${own}, or set NEAR_NETWORK_ID=${other}.`;
    errors.push({ name, remedy });
  }
  for (const name of ['NEAR_NODE_URL', 'NEAR_ARCHIVAL_NODE_URL'] as const) {
    const urls = (given[name] ?? '').split(',').map((url) => url.trim());
    const wrong = urls.find((url) => isNodeOf(other, url));
    if (wrong === undefined) continue;
    const remedy = `${new URL(wrong).host} serves ${other}, and NEAR_NETWORK_ID is ${own}. Name nodes of ${own}, or set NEAR_NETWORK_ID=${other}.`;
    errors.push({ name, remedy });
  }
  return errors;
}

/** Public providers that name their hosts by the network. Elsewhere a name proves nothing. */
const NAMED_BY_NETWORK = /\.(near\.org|pagoda\.co|fastnear\.com|drpc\.org)$/;

function isNodeOf(network: 'mainnet' | 'testnet', url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { host, hostname } = new URL(url);
  const isNamed = hostname.split(/[.-]/).includes(network);
  return isPublicHostOf(network, host) || (isNamed && NAMED_BY_NETWORK.test(hostname));
}
