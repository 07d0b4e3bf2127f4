/** A JSON schema as it stands in an OpenAPI document. */
export type Json = Record<string, any>;

export type Operation = {
  operationId?: string;
  summary?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, { description?: string; content?: Content }>;
};
export type Parameter = { name: string; in: string; required?: boolean; schema: Json };
type Content = Record<string, { schema: Json }>;
export type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json> } & Record<string, unknown>;
} & Record<string, unknown>;

/** An address without what differs between documents and never crosses the wire: prefixes, the names of what it names. */
export const addressKey = (address: string): string =>
  withoutPrefix(address)
    .replaceAll(/\{\w+\}/g, '{}')
    .replace(/(.)\/$/, '$1');

/** An address as it stands below the workspace, or below the account. */
export const withoutPrefix = (address: string): string =>
  address.replace(/^\/api(?=\/)/, '').replace(/^\/accounts\/\{\w+\}\/workspaces\/\{\w+\}(?=\/.)/, '');

export const nameIn = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);
export const referenceTo = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

export function resolved(schema: Json, { components }: Document): Json {
  if (!schema['$ref']) return schema;
  const found = components.schemas[nameIn(schema['$ref'])];
  if (!found) throw new Error(`${schema['$ref']} is nowhere`);
  const { $ref: _, ...beside } = schema;
  return { ...found, ...beside };
}

/** The kinds of value that it names side by side. */
export const alternativesOf = (schema: Json): Json[] => schema['anyOf'] ?? schema['oneOf'] ?? [schema];

/** Says nothing of a value. */
export const isNothing = (schema: object): boolean => Object.keys(schema).length === 0;
