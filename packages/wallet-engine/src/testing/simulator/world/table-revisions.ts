/** Tables that triggers write along with these. */
const alongWith: Record<string, readonly string[]> = {
  Wallet: ['WalletEvent', 'User', 'TokenTransfer'],
  User: ['Wallet', 'WalletEvent'],
};
const writtenTable = /\b(?:UPDATE|INTO|FROM)\s+"(\w+)"/g;

/** Counts commits by the tables they may have changed, so that checks run only where something can differ. */
export class TableRevisions {
  readonly #revisions = new Map<string, number>();
  readonly #tables = new Map<string, string[]>();
  #all = 0;

  /** Changes with every commit that may have changed one of these tables; of any table without a name. */
  of(...tables: string[]): number {
    if (tables.length === 0) return this.#all;
    return tables.reduce((sum, table) => sum + (this.#revisions.get(table) ?? 0), 0);
  }

  /** After a commit that changed rows. */
  changed(sql: string): void {
    this.#all += 1;
    for (const table of this.#tablesOf(sql)) this.#increment(table);
  }

  /** After a restore. */
  changedAll(): void {
    this.#all += 1;
    for (const table of this.#revisions.keys()) this.#increment(table);
  }

  #increment(table: string): void {
    this.#revisions.set(table, (this.#revisions.get(table) ?? 0) + 1);
  }

  /** Tables that are only read may be among them: a check too many does no harm. */
  #tablesOf(sql: string): string[] {
    const known = this.#tables.get(sql);
    if (known) return known;
    const named = [...sql.matchAll(writtenTable)].map(([, table = '']) => table);
    const tables = [...new Set(named.flatMap((table) => [table, ...(alongWith[table] ?? [])]))];
    this.#tables.set(sql, tables);
    return tables;
  }
}
