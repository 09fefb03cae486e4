import { type Kysely, sql } from "kysely";
import { z } from "zod";
import type { Tables } from "./tables.generated.ts";

const columnSchema = z.object({
  table: z.string(),
  column: z.string(),
  type: z.string(),
  nullable: z.boolean(),
  hasDefault: z.boolean(),
});
type Column = z.infer<typeof columnSchema>;

const checkSchema = z.object({ table: z.string(), definition: z.string() });

/** What a driver returns and accepts for each SQL type the migrations use. */
const valueTypes: Readonly<Record<string, string>> = {
  bigint: "number",
  boolean: "boolean",
  "double precision": "number",
  integer: "number",
  jsonb: "JsonColumn",
  text: "string",
  "timestamp with time zone": "Date",
  uuid: "string",
};

const header = `// Generated from the migrated database by generate-tables.ts; \`npm run check\` fails when it is out of date.
import type { ColumnType } from "kysely";

/** Parsed JSON that nobody has checked when it is read; JSON text when it is written. */
type JsonColumn = ColumnType<unknown, string, string>;
type NullableJsonColumn = ColumnType<unknown, string | null | undefined, string | null>;
/** May be left out when a row is written. */
type Defaulted<Value> = ColumnType<Value, Value | undefined, Value>;
type DefaultedJson = ColumnType<unknown, string | undefined, string>;
`;

/**
 * TypeScript for the tables of the migrated database, one interface each. A text column with a CHECK of a list of words
 * becomes the union of those words, so the compiler compares the constraint with the domain's list in every store.
 */
export async function describeTables(database: Kysely<Tables>): Promise<string> {
  const columns = await readColumns(database);
  const words = await readWordLists(database);
  const tables = [...new Set(columns.map((column) => column.table))];
  const interfaces = tables.map((table) => {
    const lines = columns
      .filter((column) => column.table === table)
      .map((column) =>
        propertyLine(camelCase(column.column), columnType(column, words.get(`${table}.${column.column}`))),
      );
    return `export interface ${pascalCase(table)}Table {\n${lines.join("\n")}\n}\n`;
  });
  const map = tables.map((table) => `  readonly ${camelCase(table)}: ${pascalCase(table)}Table;`);
  return [header, ...interfaces, `export interface Tables {\n${map.join("\n")}\n}\n`].join("\n");
}

async function readColumns(database: Kysely<Tables>): Promise<readonly Column[]> {
  const { rows } = await sql`
    SELECT c.table_name AS "table", c.column_name AS "column", c.data_type AS "type",
      c.is_nullable = 'YES' AS "nullable", c.column_default IS NOT NULL AS "hasDefault"
    FROM information_schema.columns c
    WHERE c.table_schema = 'public' AND c.table_name <> 'schema_migration'
    ORDER BY c.table_name, c.ordinal_position`.execute(database);
  return z.array(columnSchema).parse(rows);
}

/** The words a CHECK allows, by `table.column`. */
async function readWordLists(database: Kysely<Tables>): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await sql`
    SELECT relname AS "table", pg_get_constraintdef(pg_constraint.oid) AS "definition"
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE contype = 'c' AND connamespace = 'public'::regnamespace
    ORDER BY relname, conname`.execute(database);
  const lists = new Map<string, readonly string[]>();
  for (const { table, definition } of z.array(checkSchema).parse(rows)) {
    const column = /^CHECK \(\(+(\w+) = /u.exec(definition)?.[1];
    const words = [...definition.matchAll(/'(\w+)'::text/gu)].flatMap((match) => match[1] ?? []);
    if (column !== undefined && words.length > 0) lists.set(`${table}.${column}`, words);
  }
  return lists;
}

function columnType(column: Column, words: readonly string[] | undefined): string {
  const value = words?.map((word) => `"${word}"`).join(" | ") ?? valueTypes[column.type];
  if (value === undefined)
    throw new TypeError(`No TypeScript type is known for ${column.type} (${column.table}.${column.column})`);
  if (value === "JsonColumn")
    return column.nullable ? "NullableJsonColumn" : column.hasDefault ? "DefaultedJson" : value;
  if (column.nullable) return `${value} | null`;
  return column.hasDefault ? `Defaulted<${value}>` : value;
}

/** One property, broken the way Prettier breaks it. */
function propertyLine(name: string, type: string): string {
  const line = `  readonly ${name}: ${type};`;
  return line.length <= 120 ? line : `  readonly ${name}:\n    | ${type.replaceAll(" | ", "\n    | ")};`;
}

function camelCase(name: string): string {
  return name.replaceAll(/_(\w)/gu, (_match, letter: string) => letter.toUpperCase());
}

function pascalCase(name: string): string {
  const camel = camelCase(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}
