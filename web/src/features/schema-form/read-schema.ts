import { plainWords } from '@/ui/plain-line';

/** A JSON schema that is an object. */
export type Schema = { [key: string]: unknown };

/** How a value is entered. What no control fits is entered as JSON. */
export type Kind =
  | 'text'
  | 'secret'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'choice'
  | 'date'
  | 'date-time'
  | 'time'
  | 'list'
  | 'object'
  | 'branches'
  | 'json';

/** A value of a schema, with the values in it: what a form is drawn from, and what is read from it. */
export type FormNode = {
  name: string;
  title: string;
  description: string | null;
  kind: Kind;
  required: boolean;
  /** Whether null is a value. Left empty, it is null. */
  nullable: boolean;
  fallback: unknown;
  /** The schema of the value itself, without references and null: limits, patterns, formats. */
  schema: Schema;
  /** What the texts of a choice stand for. */
  options: { text: string; value: unknown }[];
  /** Of an object its values; of branches each of them; of a list what each item is. */
  children: FormNode[];
};

/** References are followed so often in a row, and a form has so many fields: beyond, a value is entered as JSON. */
const [hopsMax, fieldsMax] = [12, 400];

/** Where a field lies: the references that led to it, and how many fields there may still be. */
type Trail = { root: Schema; refs: readonly string[]; budget: { left: number } };

const trailOf = (root: Schema): Trail => ({ root, refs: [], budget: { left: fieldsMax } });
export const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asText = (value: unknown) => (typeof value === 'string' ? value : null);

const helpOf = (value: unknown) => (typeof value === 'string' ? plainWords(value) || null : null);

/** The fields of an object schema, in the order of their positions. */
export const fieldsOf = (root: unknown): FormNode[] => (isSchema(root) ? childrenOf(root, trailOf(root)) : []);

/** The form of the whole value. */
export const rootOf = (root: unknown): FormNode => ({
  ...nodeOf('', isSchema(root) ? root : {}, true, trailOf({})),
  kind: 'object',
  children: fieldsOf(root),
});

function childrenOf(schema: Schema, trail: Trail): FormNode[] {
  const properties = isSchema(schema['properties']) ? schema['properties'] : {};
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  const entries = Object.entries(properties).filter((entry): entry is [string, Schema] => isSchema(entry[1]));
  const position = (each: Schema) =>
    typeof each['position'] === 'number' ? each['position'] : Number.MAX_SAFE_INTEGER;
  return entries
    .toSorted(([, a], [, b]) => position(a) - position(b))
    .map(([name, own]) => nodeOf(name, own, required.has(name), trail));
}

function nodeOf(name: string, own: Schema, required: boolean, from: Trail): FormNode {
  const { schema, nullable, branches, refs } = plain(own, from.root);
  const trail = { ...from, refs: [...from.refs, ...refs] };
  const node: FormNode = {
    name,
    title: asText(own['title']) ?? asText(schema['title']) ?? name,
    description: helpOf(own['description']) ?? helpOf(schema['description']),
    kind: 'json',
    required,
    nullable,
    fallback: own['default'] ?? schema['default'],
    schema,
    options: optionsOf(schema),
    children: [],
  };
  // What holds itself has no end.
  if (--from.budget.left < 0 || refs.some((ref) => from.refs.includes(ref))) return node;
  if (branches.length > 1)
    return {
      ...node,
      kind: 'branches',
      children: toldApart(
        node.title,
        branches.map((branch) => nodeOf(name, branch, true, trail)),
      ),
    };
  const kind = node.options.length > 0 ? 'choice' : kindOf(schema);
  if (kind === 'object') return withChildren(node, childrenOf(schema, trail));
  if (kind === 'list' && isSchema(schema['items']) && !Array.isArray(schema['prefixItems']))
    return { ...node, kind, children: [nodeOf('', schema['items'], true, trail)] };
  return { ...node, kind: kind === 'list' ? 'json' : kind };
}

/** An object that names none of its values is entered as JSON. */
const withChildren = (node: FormNode, children: FormNode[]): FormNode =>
  children.length > 0 ? { ...node, kind: 'object', children } : node;

const words: Record<Kind, string> = {
  text: 'Text',
  secret: 'Secret',
  number: 'Number',
  integer: 'Whole number',
  boolean: 'Yes or no',
  choice: 'Choice',
  date: 'Date',
  'date-time': 'Date and time',
  time: 'Time',
  list: 'List',
  object: 'Object',
  branches: 'Variants',
  json: 'JSON',
};

/** The kind in words, as a table shows it. */
export const kindWord = ({ kind, children }: FormNode): string =>
  kind === 'branches' ? children.map((branch) => branch.title).join(' or ') : words[kind];

/**
 * Branches are told apart by their titles, or by what they are, or by what is in them; where all of that is the same, by
 * their places.
 */
function toldApart(ofAll: string, branches: FormNode[]): FormNode[] {
  const own = branches.map((branch) => titleOf(branch, ofAll) ?? words[branch.kind]);
  const exact = own.map((title, at) => (count(own, title) > 1 ? (exactWord(branches[at]!) ?? title) : title));
  return branches.map((branch, at) => {
    const title = exact[at]!;
    const turn = count(exact.slice(0, at + 1), title);
    return { ...branch, title: count(exact, title) > 1 ? `${title} ${turn}` : title };
  });
}

const count = (titles: string[], title: string) => titles.filter((each) => each === title).length;

/** A branch that carries the title of the whole carries none. */
function titleOf({ schema }: FormNode, ofAll: string): string | null {
  const title = asText(schema['title'])?.trim();
  return title && title !== ofAll ? title : null;
}

/** What a branch is, closer than by its kind: of which items, of which choices, in which format. */
function exactWord({ kind, schema, options, children: [child] }: FormNode): string | null {
  if (kind === 'list' && child) return `List of ${titleOf(child, '') ?? words[child.kind].toLowerCase()}`;
  if (kind === 'choice') return inShort(options.map(({ text }) => text));
  if (kind === 'object' && child) return inShort(Object.keys(schema['properties'] ?? {}));
  return asText(schema['format']) ?? asText(schema['pattern']);
}

const inShort = (texts: string[]): string => texts.slice(0, 3).join(', ') + (texts.length > 3 ? ', …' : '');

type Plain = { schema: Schema; nullable: boolean; branches: Schema[]; refs: string[] };

/** Follows references into the root, takes `null` out of what may be several things, and a single thing out of its wrapping. */
function plain(schema: Schema, root: Schema, refs: string[] = []): Plain {
  if (refs.length > hopsMax) return { schema: {}, nullable: false, branches: [], refs };
  const ref = schema['$ref'];
  const target = typeof ref === 'string' ? follow(ref, root) : null;
  if (target) return plain(target, root, [...refs, String(ref)]);
  for (const word of ['anyOf', 'oneOf', 'allOf']) {
    const all = schema[word];
    if (!Array.isArray(all)) continue;
    const real = all.filter((branch): branch is Schema => isSchema(branch) && branch['type'] !== 'null');
    const nullable = real.length < all.length;
    if (real.length === 1) {
      const only = plain(real[0]!, root, [...refs, word]);
      return { ...only, refs: only.refs.filter((each) => each !== word), nullable: nullable || only.nullable };
    }
    return { schema, nullable, branches: word === 'allOf' ? [] : real, refs };
  }
  const types = schema['type'];
  if (!Array.isArray(types)) return { schema, nullable: false, branches: [], refs };
  const real = types.filter((type) => type !== 'null');
  const nullable = real.length < types.length;
  if (real.length === 1) return { schema: { ...schema, type: real[0] }, nullable, branches: [], refs };
  // One of these values is one choice, of whatever type they are.
  if (Array.isArray(schema['enum'])) return { schema, nullable, branches: [], refs };
  const { title: _, description: __, default: ___, ...each } = schema;
  return { schema, nullable, branches: real.map((type) => ({ ...each, type })), refs };
}

function follow(reference: string, root: Schema): Schema | null {
  const found = reference
    .replace(/^#\/?/, '')
    .split('/')
    .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, key) => (isSchema(value) ? value[key] : null), root);
  return isSchema(found) ? found : null;
}

function optionsOf(schema: Schema): FormNode['options'] {
  const values = Array.isArray(schema['enum']) ? schema['enum'] : 'const' in schema ? [schema['const']] : [];
  return values.map((value: unknown) => ({ text: typeof value === 'string' ? value : JSON.stringify(value), value }));
}

function kindOf(schema: Schema): Kind {
  switch (schema['type']) {
    case 'string':
      if (schema['writeOnly'] === true || schema['format'] === 'password') return 'secret';
      return formats[String(schema['format'])] ?? 'text';
    case 'number':
    case 'integer':
    case 'boolean':
      return schema['type'];
    case 'array':
      return 'list';
    case 'object':
      return 'object';
    default:
      return isSchema(schema['properties']) ? 'object' : 'json';
  }
}

const formats: Record<string, Kind> = { date: 'date', 'date-time': 'date-time', time: 'time' };
