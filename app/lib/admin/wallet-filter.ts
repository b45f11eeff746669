/** What the list of wallets can be narrowed to; NONE: users who never asked for one. */
export const walletFilters = ['ALL', 'PENDING', 'CREATING', 'FAILED', 'READY', 'NONE'] as const;

export type WalletFilter = (typeof walletFilters)[number];

export function isWalletFilter(text: string | null): text is WalletFilter {
  return walletFilters.some((filter) => filter === text);
}
