import { type messages, type PGlite, protocol } from '@electric-sql/pglite';
import { readPostgresValue } from '../../../adapters/postgres/postgres-database.ts';
import type { SqlRow, SqlValue } from '../../../adapters/sql/sql-database.ts';

export interface Answer {
  fields: { name: string; dataTypeID: number }[];
  rows: SqlValue[][];
  /** Command tag of the last statement, such as `COMMIT` or `UPDATE 3`. */
  tag: string;
}

interface Prepared {
  statement: string;
  fields: Answer['fields'];
}

/** The one session of PGlite over its wire protocol, without a turn of the event loop. */
export class SynchronousPglite {
  readonly #pglite: PGlite;
  readonly #prepared = new Map<string, Prepared>();

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
  }

  /** One statement; `$1`, `$2`, … are the values. @throws what the server answers as an error */
  query(text: string, values: readonly unknown[]): Answer {
    const { serialize } = protocol;
    const { statement, fields } = this.#prepare(text);
    const texts = values.map((value) => (value === null ? null : String(value)));
    return this.#exchange(
      [serialize.bind({ statement, values: texts }), serialize.execute({}), serialize.sync()],
      fields,
    );
  }

  /** Once for all worlds: parsing takes longer than most statements run. */
  #prepare(text: string): Prepared {
    const known = this.#prepared.get(text);
    if (known) return known;
    const { serialize } = protocol;
    const statement = `s${this.#prepared.size}`;
    const { fields } = this.#exchange([
      serialize.parse({ text, name: statement }),
      serialize.describe({ type: 'S', name: statement }),
      serialize.sync(),
    ]);
    const made = { statement, fields };
    this.#prepared.set(text, made);
    return made;
  }

  /** Statements without parameters. @throws what the server answers as an error */
  command(sql: string): Answer {
    return this.#exchange([protocol.serialize.query(sql)]);
  }

  /** @throws what the server answers as an error */
  #exchange(request: Uint8Array[], fields: Answer['fields'] = []): Answer {
    const answer: Answer = { fields, rows: [], tag: '' };
    let error: Error | null = null;
    const replies = this.#pglite.execProtocolRawSync(Buffer.concat(request));
    new protocol.Parser().parse(replies, (reply) => {
      if (isRowDescription(reply)) answer.fields = reply.fields;
      else if (isDataRow(reply)) answer.rows.push(valuesOf(reply, answer));
      else if (isCommandComplete(reply)) answer.tag = reply.text;
      else if (reply instanceof Error) error ??= reply;
    });
    if (error !== null) throw error;
    return answer;
  }
}

export function rowsOf({ fields, rows }: Answer): SqlRow[] {
  return rows.map((row) =>
    Object.fromEntries(fields.map(({ name }, index) => [name, row[index] ?? null])),
  );
}

type Reply = Parameters<Parameters<protocol.Parser['parse']>[1]>[0];

const isRowDescription = (reply: Reply): reply is messages.RowDescriptionMessage =>
  reply.name === 'rowDescription';
const isDataRow = (reply: Reply): reply is messages.DataRowMessage => reply.name === 'dataRow';
const isCommandComplete = (reply: Reply): reply is messages.CommandCompleteMessage =>
  reply.name === 'commandComplete';

function valuesOf({ fields }: messages.DataRowMessage, answer: Answer): SqlValue[] {
  return fields.map((value, index) =>
    value === null ? null : readPostgresValue(answer.fields[index]?.dataTypeID ?? 0, value),
  );
}
