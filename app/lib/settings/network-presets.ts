type NetworkId = 'devnet' | 'sandbox' | 'testnet' | 'mainnet';

/**
 * Public nodes asked when `NEAR_NODE_URL` is not set, as their operators publish them. They limit
 * rates and promise nothing: good for a beginning, not for a thousand sign-ups an hour. The
 * `*.near.org` addresses are deprecated by their operator and not among them.
 * https://docs.near.org/api/rpc/providers
 */
const PUBLIC_NODES = {
  // near-sandbox listens there unless told otherwise.
  sandbox: ['http://127.0.0.1:3030'],
  testnet: ['https://test.rpc.fastnear.com'],
  mainnet: ['https://free.rpc.fastnear.com', 'https://near.drpc.org'],
} as const satisfies Record<Exclude<NetworkId, 'devnet'>, readonly [string, ...string[]]>;

/** @param devnetPort where the devnet listens */
export function defaultNodeUrls(
  networkId: NetworkId,
  devnetPort: number,
): readonly [string, ...string[]] {
  return networkId === 'devnet' ? [`http://127.0.0.1:${devnetPort}`] : PUBLIC_NODES[networkId];
}

/** Whether an address is one of the public ones above. */
export function isPublicNode(url: string): boolean {
  const publicNodes: readonly string[] = [...PUBLIC_NODES.testnet, ...PUBLIC_NODES.mainnet];
  return publicNodes.includes(url);
}

/** Whether a host is that of a public node of the network. */
export function isPublicHostOf(networkId: 'testnet' | 'mainnet', host: string): boolean {
  return PUBLIC_NODES[networkId].some((node) => new URL(node).host === host);
}
