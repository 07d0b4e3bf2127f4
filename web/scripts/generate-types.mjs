// Writes src/generated/graphql.ts: a typed document for every operation of the app, with the enums and inputs they name.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { parse } from 'graphql';

const web = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const output = path.join(web, 'src/generated/graphql.ts');

const read = (file) => ({ location: file, document: parse(readFileSync(file, 'utf8')) });

const documents = readdirSync(path.join(web, 'src'), { recursive: true })
  .filter((file) => file.endsWith('.graphql'))
  .sort()
  .map((file) => read(path.join(web, 'src', file)));

const text = await codegen({
  filename: output,
  schema: read(path.join(web, '../services/control-plane/schema.graphql')).document,
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

mkdirSync(path.dirname(output), { recursive: true });
writeFileSync(output, text);
