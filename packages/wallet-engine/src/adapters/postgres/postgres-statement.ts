import type { SqlStatement, SqlValue } from '../sql/sql-database.ts';

export interface PostgresStatement {
  /** `$1`, `$2`, … in the order of `values`. */
  text: string;
  values: Exclude<SqlValue, null>[];
}

/** Named parameters; a literal or a cast may contain a colon, too. */
const namedParameter = /'(?:[^']|'')*'|::|:([A-Za-z]\w*)/g;

/**
 * Statements are written once, in SQL that SQLite and PostgreSQL both accept. Only these JSON functions have other
 * names in PostgreSQL, whose planner needs no index named.
 */
function spelled(sql: string): string {
  return sql
    .replaceAll(
      /SELECT ("value"|CAST\("value" AS BIGINT\)) FROM json_each\((:\w+)\)/g,
      'SELECT $1 FROM json_array_elements_text(CAST($2 AS json))',
    )
    .replaceAll(/ INDEXED BY "\w+"/g, '')
    .replaceAll(/json_each\((:\w+)\)/g, 'json_array_elements(CAST($1 AS json))')
    .replaceAll(/json_group_array\(([^()]*)\)/g, `COALESCE(json_agg($1), '[]')`);
}

const spellings = new Map<string, string>();

/**
 * `:name` becomes `$n`. Every parameter is cast, since PostgreSQL would otherwise infer a type from its first
 * use; null is written into the text, where its type follows from the context.
 * @throws Error for a name without a value
 */
export function toPostgres({ sql, params }: SqlStatement): PostgresStatement {
  let spelling = spellings.get(sql);
  if (spelling === undefined) {
    spelling = spelled(sql);
    spellings.set(sql, spelling);
  }
  const values: PostgresStatement['values'] = [];
  const places = new Map<string, string>();
  const text = spelling.replaceAll(namedParameter, (found, name: string | undefined) => {
    if (name === undefined) return found;
    const known = places.get(name);
    if (known !== undefined) return known;
    const value = params[name];
    if (value === undefined) throw new Error(`the statement has no value for :${name}`);
    let place = 'NULL';
    if (value !== null) {
      values.push(value);
      place = `CAST($${values.length} AS ${typeof value === 'number' ? 'bigint' : 'text'})`;
    }
    places.set(name, place);
    return place;
  });
  return { text, values };
}
