import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from './app.js';

/** The tables as the sources describe them, beside those of the migrated database. */

let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app.close());

/** Each column of a table: whether it may be null, and what it is read as (`any` fits everything). */
type Columns = Map<string, { type: string; nullable: boolean | 'unknown' }>;
type Tables = Map<string, Columns>;

const readAs: Record<string, string> = {
  uuid: 'string',
  text: 'string',
  bytea: 'Buffer',
  date: 'string',
  timestamptz: 'string',
  bool: 'boolean',
  int2: 'number',
  int4: 'number',
  int8: 'number',
  float8: 'number',
  jsonb: 'any',
  xid8: 'string',
  pg_snapshot: 'string',
  _text: 'string[]',
  _uuid: 'string[]',
};

async function inDatabase(): Promise<Tables> {
  const { rows } = await app.db.sql.query({
    text: `select c.relname as table, a.attname as column, t.typname as type, not a.attnotnull as nullable
             from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
              and a.attnum > 0 and not a.attisdropped and c.relname <> '_prisma_migrations'`,
    values: [],
  });
  const tables: Tables = new Map();
  for (const { table, column, type, nullable } of rows as Record<string, string>[]) {
    const columns = tables.get(table!) ?? new Map();
    tables.set(table!, columns.set(column!, { type: readAs[type!] ?? `?${type}`, nullable: Boolean(nullable) }));
  }
  return tables;
}

/** What a column is read as, by the types of Kysely's tables. */
function ofKysely(): Tables {
  const schema = fileURLToPath(new URL('../src/core/db/schema.ts', import.meta.url));
  const name = fileURLToPath(new URL('../src/core/db/rows-as-read.ts', import.meta.url));
  const text = `
    import type { Selectable } from 'kysely';
    import type { Database } from './schema.js';
    export declare const rows: { [T in keyof Database]: Selectable<Database[T]> };`;
  const options: ts.CompilerOptions = {
    strict: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    skipLibCheck: true,
    types: ['node'],
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (file) => file === name || fileExists.call(host, file);
  host.getSourceFile = (file, language) =>
    file === name ? ts.createSourceFile(file, text, language, true) : getSourceFile.call(host, file, language);
  const program = ts.createProgram([schema, name], options, host);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(name)!;
  const [rows] = checker.getExportsOfModule(checker.getSymbolAtLocation(source)!);
  const columnsOf = (table: ts.Type): Columns =>
    new Map(
      checker.getPropertiesOfType(table).map((column) => {
        const type = checker.getTypeOfSymbol(column);
        const nullable = type.isUnion() && type.types.some((each) => each.flags & ts.TypeFlags.Null);
        const isUnknown = type.flags & (ts.TypeFlags.Unknown | ts.TypeFlags.Any);
        return [column.name, { type: nameOf(checker, type), nullable: isUnknown ? 'unknown' : Boolean(nullable) }];
      }),
    );
  const tables = checker.getPropertiesOfType(checker.getTypeOfSymbol(rows!));
  return new Map(tables.map((table) => [table.name, columnsOf(checker.getTypeOfSymbol(table))]));
}

function nameOf(checker: ts.TypeChecker, type: ts.Type): string {
  const whole = checker.getNonNullableType(type);
  const has = (flags: ts.TypeFlags) =>
    whole.isUnion() ? whole.types.every((each) => each.flags & flags) : whole.flags & flags;
  if (has(ts.TypeFlags.StringLike)) return 'string';
  if (has(ts.TypeFlags.NumberLike)) return 'number';
  if (has(ts.TypeFlags.BooleanLike)) return 'boolean';
  const text = checker.typeToString(whole);
  return /^string\[\]$|^Buffer/.test(text) ? text.replace(/<.*/, '') : 'any';
}

/** The models of Prisma, by the names of their tables and columns. */
function ofPrisma(): Tables {
  const text = readFileSync(fileURLToPath(new URL('../../../prisma/schema.prisma', import.meta.url)), 'utf8');
  const scalars: Record<string, string> = {
    String: 'string',
    DateTime: 'string',
    Int: 'number',
    Boolean: 'boolean',
    Json: 'any',
    Float: 'number',
    Bytes: 'Buffer',
  };
  const tables: Tables = new Map();
  for (const [, model, body] of text.matchAll(/^model (\w+) \{\n(.*?)^\}/gms)) {
    const fields = [...body!.matchAll(/^ {2}(\w+)\s+(\w+)(\[\])?(\?)?(.*)$/gm)].filter(
      ([, , type = '']) => type in scalars,
    );
    const columns = fields.map(([, field, type, list, optional, more]) => [
      /@map\("(\w+)"\)/.exec(more!)?.[1] ?? field!,
      { type: scalars[type!]! + (list ?? ''), nullable: Boolean(optional) },
    ]);
    tables.set(/@@map\("(\w+)"\)/.exec(body!)?.[1] ?? model!, new Map(columns as never));
  }
  return tables;
}

/** Where a description says something else than the database does. */
function differences(described: Tables, real: Tables): string[] {
  const found: string[] = [];
  for (const [table, columns] of described) {
    const there = real.get(table);
    if (!there) found.push(`${table} is no table`);
    for (const column of new Set([...columns.keys(), ...(there?.keys() ?? [])])) {
      const [said, is] = [columns.get(column), there?.get(column)];
      if (!said || !is) found.push(`${table}.${column} is ${said ? 'not there' : 'not described'}`);
      else if (said.nullable !== 'unknown' && said.nullable !== is.nullable)
        found.push(`${table}.${column} may ${is.nullable ? '' : 'not '}be null`);
      else if (said.type !== is.type && said.type !== 'any' && is.type !== 'any')
        found.push(`${table}.${column} is ${is.type}, not ${said.type}`);
    }
  }
  return found;
}

test('the tables that statements are typed by are those of the migrated database', async () => {
  const [real, described] = [await inDatabase(), ofKysely()];
  expect(described.size).toBeGreaterThan(30);
  expect(differences(described, real)).toEqual([]);
});

test('the models of Prisma are the tables of the migrated database', async () => {
  const [real, described] = [await inDatabase(), ofPrisma()];
  expect(described.size).toBeGreaterThan(5);
  expect(differences(described, real)).toEqual([]);
});

test('every table of the database is described, by one or the other', async () => {
  const described = new Set([...ofKysely().keys(), ...ofPrisma().keys()]);
  expect([...(await inDatabase()).keys()].filter((table) => !described.has(table))).toEqual([]);
});
