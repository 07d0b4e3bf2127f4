type Schema = { [key: string]: unknown };

/** How a parameter is entered. Whatever has no control of its own is entered as JSON. */
export type FieldKind = 'text' | 'number' | 'integer' | 'boolean' | 'enum' | 'date-time' | 'list' | 'json';

export type FormField = {
  name: string;
  title: string;
  description: string | null;
  kind: FieldKind;
  required: boolean;
  /** What the text of a choice stands for, for `enum`. */
  options: { text: string; value: unknown }[];
  /** What each line of a `list` is. */
  itemKind: 'text' | 'number';
  nullable: boolean;
  fallback: unknown;
};

/** What stands in the controls: always text, by the name of the parameter. */
export type Drafts = Record<string, string>;
export type FormResult = { values: Record<string, unknown>; errors: Record<string, string> };

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields of an object schema, in the order of their positions. */
export function fieldsOf(root: unknown): FormField[] {
  if (!isSchema(root) || !isSchema(root['properties'])) return [];
  const required = new Set(Array.isArray(root['required']) ? root['required'] : []);
  const entries = Object.entries(root['properties']).filter((entry): entry is [string, Schema] => isSchema(entry[1]));
  const position = (schema: Schema) =>
    typeof schema['position'] === 'number' ? schema['position'] : Number.MAX_SAFE_INTEGER;
  return entries
    .toSorted(([, a], [, b]) => position(a) - position(b))
    .map(([name, schema]) => fieldOf(name, schema, root, required.has(name)));
}

function fieldOf(name: string, own: Schema, root: Schema, required: boolean): FormField {
  const { schema, nullable } = plain(own, root);
  const options = optionsOf(schema);
  const items = isSchema(schema['items']) ? plain(schema['items'], root).schema['type'] : null;
  const kind = options.length > 0 ? 'enum' : kindOf(schema, items);
  return {
    name,
    title: typeof own['title'] === 'string' ? own['title'] : name,
    description: typeof own['description'] === 'string' ? own['description'] : null,
    kind,
    required,
    options,
    itemKind: items === 'number' || items === 'integer' ? 'number' : 'text',
    nullable,
    fallback: own['default'] ?? schema['default'],
  };
}

/** Follows a reference into the root, and takes `null` out of a choice of two. */
function plain(schema: Schema, root: Schema, depth = 0): { schema: Schema; nullable: boolean } {
  if (depth > 8) return { schema: {}, nullable: false };
  const target = typeof schema['$ref'] === 'string' ? follow(schema['$ref'], root) : null;
  if (target) return plain(target, root, depth + 1);
  for (const word of ['anyOf', 'oneOf', 'allOf']) {
    const branches = schema[word];
    if (!Array.isArray(branches)) continue;
    const real = branches.filter((branch): branch is Schema => isSchema(branch) && branch['type'] !== 'null');
    const nullable = real.length < branches.length;
    if (real.length === 1) return { schema: plain(real[0]!, root, depth + 1).schema, nullable };
    return { schema: {}, nullable };
  }
  return { schema, nullable: false };
}

function follow(reference: string, root: Schema): Schema | null {
  const found = reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((value, key) => (isSchema(value) ? value[key] : null), root);
  return isSchema(found) ? found : null;
}

function optionsOf(schema: Schema): FormField['options'] {
  const values = Array.isArray(schema['enum']) ? schema['enum'] : 'const' in schema ? [schema['const']] : [];
  return values.map((value: unknown) => ({ text: typeof value === 'string' ? value : JSON.stringify(value), value }));
}

function kindOf(schema: Schema, items: unknown): FieldKind {
  switch (schema['type']) {
    case 'string':
      return schema['format'] === 'date-time' ? 'date-time' : 'text';
    case 'number':
    case 'integer':
    case 'boolean':
      return schema['type'];
    case 'array':
      return items === 'string' || items === 'number' || items === 'integer' ? 'list' : 'json';
    default:
      return 'json';
  }
}

/** What the controls show first: the deployment's own values, or else the defaults of the schema. */
export const draftsOf = (fields: FormField[], parameters: Record<string, unknown>): Drafts =>
  Object.fromEntries(fields.map((field) => [field.name, textOf(field, parameters[field.name] ?? field.fallback)]));

function textOf(field: FormField, value: unknown): string {
  if (value === undefined || value === null) return '';
  switch (field.kind) {
    case 'json':
      return JSON.stringify(value, null, 2);
    case 'list':
      return Array.isArray(value) ? value.join('\n') : '';
    default:
      return typeof value === 'string' ? value : JSON.stringify(value);
  }
}

/** The parameters that the controls stand for. What is left empty is left out, so that the default holds. */
export function valuesOf(fields: FormField[], drafts: Drafts): FormResult {
  const result: FormResult = { values: {}, errors: {} };
  for (const field of fields) {
    const text = drafts[field.name] ?? '';
    if (text.trim() === '' && field.kind !== 'boolean') {
      if (field.required) result.errors[field.name] = 'This parameter is needed.';
      continue;
    }
    const read = readValue(field, text);
    if ('error' in read) result.errors[field.name] = read.error;
    else result.values[field.name] = read.value;
  }
  return result;
}

type Read = { value: unknown } | { error: string };

function readValue(field: FormField, text: string): Read {
  switch (field.kind) {
    case 'text':
      return { value: text };
    case 'boolean':
      return { value: text === 'true' };
    case 'enum':
      return { value: field.options.find((option) => option.text === text)?.value ?? text };
    case 'number':
    case 'integer':
      return readNumber(text, field.kind === 'integer');
    case 'date-time':
      return Number.isNaN(Date.parse(text))
        ? { error: 'Enter a date and a time.' }
        : { value: new Date(text).toISOString() };
    case 'list':
      return readList(field, text);
    case 'json':
      return readJson(text);
  }
}

function readNumber(text: string, whole: boolean): Read {
  const value = Number(text);
  if (!Number.isFinite(value)) return { error: 'Enter a number.' };
  return whole && !Number.isInteger(value) ? { error: 'Enter a whole number.' } : { value };
}

function readList(field: FormField, text: string): Read {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  if (field.itemKind === 'text') return { value: lines };
  const values = lines.map(Number);
  return values.every(Number.isFinite) ? { value: values } : { error: 'Every line must be a number.' };
}

function readJson(text: string): Read {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { error: 'This is not valid JSON.' };
  }
}
