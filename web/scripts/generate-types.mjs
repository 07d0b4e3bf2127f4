// Writes src/generated/graphql.ts: a typed document for every operation of the app, with the enums and inputs they name; and
// src/generated/types-without-id.ts: what the cache cannot keep by id, and keeps where it was asked for.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { parse } from 'graphql';

const web = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const generated = path.join(web, 'src/generated');
const output = path.join(generated, 'graphql.ts');

const read = (file) => ({ location: file, document: parse(readFileSync(file, 'utf8')) });

const documents = readdirSync(path.join(web, 'src'), { recursive: true })
  .filter((file) => file.endsWith('.graphql'))
  .sort()
  .map((file) => read(path.join(web, 'src', file)));

const schema = read(path.join(web, '../services/control-plane/schema.graphql')).document;
const roots = new Set(['Query', 'Mutation', 'Subscription']);
const withoutId = schema.definitions
  .filter(({ kind, name }) => kind === 'ObjectTypeDefinition' && !roots.has(name.value))
  .filter(({ fields }) => !fields.some((field) => field.name.value === 'id'))
  .map(({ name }) => name.value)
  .sort();

const text = await codegen({
  filename: output,
  schema,
  documents,
  config: {
    enumType: 'string-literal',
    scalars: { ID: 'string', DateTime: 'string', JSON: 'unknown' },
    useTypeImports: true,
    skipTypename: true,
    // Variables of an operation and fields of an input: what may be left out may also be null.
    inputMaybeValue: 'T | null | undefined',
  },
  plugins: [{ operations: {} }, { documents: {} }],
  pluginMap: { operations: typescriptOperations, documents: typedDocumentNode },
});

mkdirSync(generated, { recursive: true });
writeFileSync(output, text);
const names = withoutId.map((name) => `  '${name}',\n`).join('');
writeFileSync(path.join(generated, 'types-without-id.ts'), `export const typesWithoutId = [\n${names}] as const;\n`);
