/** Public block explorers by network; devnet and sandbox have none. */
const EXPLORERS = new Map([
  ['mainnet', 'https://nearblocks.io'],
  ['testnet', 'https://testnet.nearblocks.io'],
]);

/** @returns null if there is no public explorer */
export function explorerAccountUrl(networkId: string, accountId: string): string | null {
  const explorer = EXPLORERS.get(networkId);
  return explorer ? `${explorer}/address/${encodeURIComponent(accountId)}` : null;
}

/** @returns null if there is no public explorer */
export function explorerTransactionUrl(networkId: string, hash: string): string | null {
  const explorer = EXPLORERS.get(networkId);
  return explorer ? `${explorer}/txns/${encodeURIComponent(hash)}` : null;
}
