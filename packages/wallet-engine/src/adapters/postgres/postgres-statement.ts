import type { SqlStatement, SqlValue } from '../sql/sql-database.ts';

export interface PostgresStatement {
  /** `$1`, `$2`, … in the order of `values`. */
  text: string;
  values: Exclude<SqlValue, null>[];
}

/** Names before they are replaced; a literal or a cast may hold a colon, too. */
const namedParameter = /'(?:[^']|'')*'|::|:([A-Za-z]\w*)/g;

/**
 * The statements are written once, in what SQLite and PostgreSQL both understand. Only these functions over
 * JSON go by another name in PostgreSQL.
 */
function spelled(sql: string): string {
  return sql
    .replaceAll(
      /SELECT ("value"|CAST\("value" AS BIGINT\)) FROM json_each\((:\w+)\)/g,
      'SELECT $1 FROM json_array_elements_text(CAST($2 AS json))',
    )
    .replaceAll(/json_each\((:\w+)\)/g, 'json_array_elements(CAST($1 AS json))')
    .replaceAll(/json_group_array\(([^()]*)\)/g, `COALESCE(json_agg($1), '[]')`);
}

const spellings = new Map<string, string>();

/**
 * `:name` becomes `$n`. Every parameter is given its type, since PostgreSQL would otherwise guess one from
 * the first place it stands at; null is written into the text, where it takes the type of its place.
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
