/** Filters of the list of wallets; NONE: users who never requested one. */
export const walletFilters = ['ALL', 'PENDING', 'CREATING', 'FAILED', 'READY', 'NONE'] as const;

export type WalletFilter = (typeof walletFilters)[number];

export function isWalletFilter(text: string | null): text is WalletFilter {
  return walletFilters.some((filter) => filter === text);
}
