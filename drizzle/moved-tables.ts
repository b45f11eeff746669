import { is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import * as schema from './schema.ts';

export interface MovedColumn {
  name: string;
  isText: boolean;
  isRequired: boolean;
}

/** A table as both databases have it. */
export interface MovedTable {
  name: string;
  columns: MovedColumn[];
  /** Names of its primary key's columns. */
  key: string[];
}

type TableConfig = ReturnType<typeof getTableConfig>;

/** Every table of app and engine, each after the tables its foreign keys refer to. */
export function movedTables(): MovedTable[] {
  const configs = Object.values(schema)
    .filter((item) => is(item, SQLiteTable))
    .map((table) => getTableConfig(table));
  const sorted: TableConfig[] = [];
  const add = (config: TableConfig) => {
    if (sorted.includes(config)) return;
    for (const foreignKey of config.foreignKeys) {
      const parent = getTableConfig(foreignKey.reference().foreignTable).name;
      const found = configs.find(({ name }) => name === parent);
      if (found && found !== config) add(found);
    }
    sorted.push(config);
  };
  for (const config of configs) add(config);
  return sorted.map(toMovedTable);
}

function toMovedTable({ name, columns, primaryKeys }: TableConfig): MovedTable {
  const composite = primaryKeys[0]?.columns.map((column) => column.name);
  return {
    name,
    columns: columns.map((column) => ({
      name: column.name,
      isText: column.getSQLType() === 'text',
      isRequired: column.notNull,
    })),
    key: composite ?? columns.filter((column) => column.primary).map((column) => column.name),
  };
}
