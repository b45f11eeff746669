import type { Client } from '@libsql/client';
import { type SqlDatabase, type SqlRow, translating } from './sql-database.ts';

/** A libSQL server over HTTP. */
export function libsqlDatabase(client: Client): SqlDatabase {
  const rows = (result: { rows: object[]; columns: string[] }): SqlRow[] =>
    result.rows.map((row) => ({ ...row }) as SqlRow);
  return {
    async read({ sql, params }) {
      return translating(async () => rows(await client.execute({ sql, args: params })));
    },
    async write(statements) {
      return translating(async () => {
        const batch = statements.map(({ sql, params }) => ({ sql, args: params }));
        return (await client.batch(batch, 'write')).map(rows);
      });
    },
  };
}
