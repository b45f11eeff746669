/** A key added at block h starts at nonce (h - 1) * 1,000,000 (nearcore). */
const firstNonceUnit = 1_000_000;

/**
 * Whether the chain has transactions of a lane that the database does not know. Every nonce is stored
 * before its bytes are sent, so the database must be read after the chain.
 */
export function isBehindChain({
  stored,
  onChain,
  isAddedAgain,
}: {
  /** 0: none was ever used. */
  stored: number;
  onChain: number;
  /** The database knows that the key was missing and was added again, which restarts its nonce. */
  isAddedAgain: boolean;
}): boolean {
  const isUnused = (stored === 0 || isAddedAgain) && onChain % firstNonceUnit === 0;
  return onChain > stored && !isUnused;
}
