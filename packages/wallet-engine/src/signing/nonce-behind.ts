/** Words for a lane whose access key has signed more on chain than the database knows. */
export function nonceBehind({
  laneNumber,
  onChain,
  stored,
}: {
  laneNumber: number;
  onChain: number | undefined;
  stored: number;
}): string {
  return `the access key of lane ${laneNumber} has nonce ${onChain} on chain, but ${stored} in the database`;
}
