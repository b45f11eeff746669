import { type WalletTransition, walletTransitions } from '../../core/wallet.ts';

/**
 * The guard of a statement that makes one of these transitions: the row's status is one they start from.
 * @param table that qualifies the column, where a statement names several tables
 */
export function startsFrom(
  transitions: readonly WalletTransition[],
  { table }: { table?: string } = {},
): string {
  const column = table === undefined ? '"status"' : `"${table}"."status"`;
  const statuses = new Set(transitions.flatMap((name) => [...walletTransitions[name].from]));
  const known = [...statuses].filter((status) => status !== null);
  const [first, ...others] = known.map((status) => `'${status}'`);
  if (first === undefined) return `${column} IS NULL`;
  if (known.length < statuses.size) throw new Error('no transition starts from null and a status');
  return others.length === 0
    ? `${column} = ${first}`
    : `${column} IN (${[first, ...others].join(', ')})`;
}

/** The assignment of a statement that makes this transition. */
export function leadsTo(transition: WalletTransition): string {
  return `"status" = '${walletTransitions[transition].to}'`;
}
