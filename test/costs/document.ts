import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What is read of a JSON schema here. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  properties?: Record<string, Schema>;
  required?: string[];
};

type Parameter = { name: string; in: string; required?: boolean; schema?: Schema };
type Operation = { parameters?: Parameter[]; requestBody?: { content: Record<string, { schema: Schema }> } };
type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } };

export const root = path.resolve(import.meta.dirname, '../..');
const document = JSON.parse(readFileSync(path.join(root, 'services/control-plane/openapi.json'), 'utf8')) as Document;

export type Door = {
  name: string;
  method: string;
  path: string;
  parameters: Parameter[];
  body: Schema | null;
};

/** Every REST door of the published document. */
export const doors: Door[] = Object.entries(document.paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, { parameters = [], requestBody }]) => ({
    name: `${method.toUpperCase()} ${path.replace('/accounts/{account_id}/workspaces/{workspace_id}', '')}`,
    method: method.toUpperCase(),
    path,
    parameters,
    body: requestBody?.content['application/json']?.schema ?? null,
  })),
);

/** The schema that a reference means, and the name that it has. */
export function resolved(schema: Schema): { schema: Schema; name: string | null } {
  const name = schema.$ref?.split('/').at(-1) ?? null;
  const meant = name ? document.components.schemas[name] : undefined;
  return meant ? { schema: resolved(meant).schema, name } : { schema, name: null };
}

/** What a value may be, null aside. */
export function kindsOf(schema: Schema): { schema: Schema; name: string | null }[] {
  const { schema: meant, name } = resolved(schema);
  const parts = meant.anyOf ?? meant.oneOf;
  if (parts) return parts.flatMap(kindsOf);
  if (meant.allOf?.length === 1) return kindsOf(meant.allOf[0]!);
  return meant.type === 'null' ? [] : [{ schema: meant, name }];
}

const levelsMax = 6;

/** The least that the schema takes, with things that are there where it names some. */
export function sample(of: Schema, things: Record<string, string>, field = '', level = 0): unknown {
  const schema: Schema = kindsOf(of)[0]?.schema ?? {};
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.default !== undefined && schema.default !== null) return schema.default;
  const thing = thingFor(field, things);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        (level > levelsMax ? [] : (schema.required ?? [])).map((name) => [
          name,
          sample(schema.properties?.[name] ?? {}, things, name, level + 1),
        ]),
      );
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => sample(schema.items ?? {}, things, field, level + 1));
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1);
    case 'boolean':
      return false;
    case 'string':
      if (thing) return thing;
      if (schema.format === 'uuid') return '01900000-0000-7000-8000-000000000000';
      if (schema.format === 'date-time') return new Date().toISOString();
      return 'a'.repeat(Math.max(4, schema.minLength ?? 0));
    default:
      return {};
  }
}

/** `flow_run_id` is the id of a flow run, `work_pool_name` the name of a pool. */
function thingFor(field: string, things: Record<string, string>): string | undefined {
  const [, kind, what] = /^(.*?)_?(id|name|key)$/.exec(field) ?? [];
  return what && kind ? things[`${kind}s:${what}`] : undefined;
}

/** The address of a door, with things that are there. */
export function addressOf(door: Door, things: Record<string, string>): Record<string, string> {
  const collection = door.path
    .replace(/^.*\{workspace_id\}|^\/api/, '')
    .split('/')
    .filter((part) => part !== 'headgate')[1];
  const named = door.parameters.filter((each) => each.in === 'path');
  return Object.fromEntries(
    named.map(({ name }) => [
      name,
      things[name] ??
        things[`${collection}:${name}`] ??
        thingFor(name, things) ??
        things[`${collection}:${name.split('_').at(-1)}`] ??
        '01900000-0000-7000-8000-000000000000',
    ]),
  );
}
