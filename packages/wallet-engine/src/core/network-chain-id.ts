/** Networks with real users, whose nodes name them in `status.chain_id`. */
const publicChainIds: ReadonlySet<string> = new Set(['mainnet', 'testnet']);

/**
 * What the nodes of a configured network must call their chain.
 * @returns null for a local network, which may have any name but a public one's
 */
export function chainIdOf(networkId: string): string | null {
  return publicChainIds.has(networkId) ? networkId : null;
}

/** Whether nodes of this chain id serve what is configured: a local network must not be a public one. */
export function isExpectedChainId(chainId: string, expectedChainId: string | null): boolean {
  return expectedChainId === null ? !publicChainIds.has(chainId) : chainId === expectedChainId;
}
