import { Validator, type Schema as CheckedSchema } from '@cfworker/json-schema';
import { withPlainNumbers } from '@/lib/exact-json';
import { childKey, type Mistake } from './drafts';
import { isSchema, type FormNode, type Schema } from './read-schema';

/** What keywords say of a value that is wrong. */
const words: Record<string, (limit: unknown) => string> = {
  minimum: (limit) => `Must be at least ${limit}.`,
  maximum: (limit) => `Must be at most ${limit}.`,
  exclusiveMinimum: (limit) => `Must be more than ${limit}.`,
  exclusiveMaximum: (limit) => `Must be less than ${limit}.`,
  multipleOf: (limit) => `Must be a multiple of ${limit}.`,
  minLength: (limit) => `Must have at least ${limit} characters.`,
  maxLength: (limit) => `Must have at most ${limit} characters.`,
  pattern: (limit) => `Must look like ${limit}.`,
  minItems: (limit) => `Must have at least ${limit} items.`,
  maxItems: (limit) => `Must have at most ${limit} items.`,
  uniqueItems: () => 'No item may come twice.',
  enum: () => 'Must be one of the choices.',
  const: (limit) => `Must be ${JSON.stringify(limit)}.`,
  type: (limit) => `Must be of the type ${[limit].flat().join(' or ')}.`,
  format: (limit) => `Must be a valid ${limit}.`,
  required: () => 'Something that is needed is missing.',
  additionalProperties: () => 'Has a name that is not known.',
};

/** What is wrong with entered values, each where it was entered. */
function checkValues(root: FormNode, values: Record<string, unknown>, drafts: unknown): Mistake[] {
  const definitions = { $defs: root.schema['$defs'], definitions: root.schema['definitions'] };
  return root.children.flatMap((child, at) =>
    child.name in values ? check(child, values[child.name], at0(drafts, childKey(at)), childKey(at), definitions) : [],
  );
}

/** The same where some fields could not be read: of these, and of what they are parts of, no more is said. */
export function checkBesides(
  unread: readonly Mistake[],
  root: FormNode,
  values: Record<string, unknown>,
  drafts: unknown,
): Mistake[] {
  const isTold = (path: string) =>
    unread.some((one) => one.path === path || (path.endsWith('.root') && one.path.startsWith(path.slice(0, -4))));
  return checkValues(root, values, drafts).filter(({ path }) => !isTold(path));
}

function check(node: FormNode, value: unknown, draft: unknown, path: string, definitions: Schema): Mistake[] {
  if (value === undefined || (value === null && node.nullable) || isReference(value)) return [];
  switch (node.kind) {
    case 'object': {
      const inside = node.children.flatMap((child, at) => {
        const key = childKey(at);
        return check(child, at0(value, child.name), at0(draft, key), `${path}.${key}`, definitions);
      });
      return inside.length > 0 ? inside : own(node, value, `${path}.root`, definitions, ['properties', 'required']);
    }
    case 'list': {
      const items = (at0(draft, 'items') ?? []) as unknown[];
      const inside = (value as unknown[]).flatMap((item, at) =>
        check(node.children[0]!, item, at0(items[at], 'item'), `${path}.items.${at}.item`, definitions),
      );
      return inside.length > 0 ? inside : own(node, value, `${path}.items.root`, definitions, ['items']);
    }
    case 'branches': {
      const key = String(at0(draft, 'branch') ?? childKey(0));
      const branch = node.children[Number(key.slice(1))];
      return branch ? check(branch, value, at0(draft, key), `${path}.${key}`, definitions) : [];
    }
    default:
      return own(node, value, path, definitions, []);
  }
}

/** By the keywords of the node itself; what is in it has been asked already. */
function own({ schema }: FormNode, value: unknown, path: string, definitions: Schema, without: string[]): Mistake[] {
  const asked = Object.fromEntries(
    Object.entries({ ...definitions, ...schema }).filter(([key]) => !without.includes(key)),
  );
  try {
    const { valid, errors } = new Validator(asked as CheckedSchema, '2020-12').validate(withPlainNumbers(value));
    if (valid) return [];
    const told = errors.find(({ keyword }) => keyword in words) ?? errors[0];
    if (!told) return [];
    const say = words[told.keyword];
    return [{ path, message: say ? say(limitOf(asked, told.keywordLocation)) : told.error }];
  } catch {
    // A schema that cannot be used here: the server has the last word.
    return [];
  }
}

const limitOf = (schema: Schema, location: string): unknown =>
  location
    .replace(/^#\/?/, '')
    .split('/')
    .reduce<unknown>((at, key) => at0(at, key), schema);

/** Blocks and variables that the server puts in the place of the value. */
const isReference = (value: unknown) => isSchema(value) && ('__prefect_kind' in value || '$ref' in value);

const at0 = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;

const atField = /Validation failed for field '(.*?)'\. Failure reason: ([^]*)/;
const missing = /^'(.*)' is a required property$/;

/** What the server said of a value, at the field that it is about; null when it is about none. */
export function placeRefusal(root: FormNode, drafts: unknown, message: string): Mistake | null {
  const [, where = '', reason = message.replace(/^.*Failure reason: /s, '')] = atField.exec(message) ?? [];
  const name = missing.exec(reason)?.[1];
  const steps = [...where.matchAll(/\['((?:\\.|[^'])*)'\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    (part) => part[1] ?? part[2] ?? part[3]!,
  );
  const path = placeOf(root, drafts, name === undefined ? steps : [...steps, name]);
  if (!path) return null;
  return { path, message: name === undefined ? asSentence(reason) : 'This is needed.' };
}

function placeOf(node: FormNode, draft: unknown, [step, ...rest]: string[]): string | null {
  if (step === undefined) return '';
  const at = node.kind === 'branches' ? Number(String(at0(draft, 'branch') ?? 'c0').slice(1)) : childAt(node, step);
  const child = node.children[node.kind === 'list' ? 0 : at];
  if (!child || at < 0) return null;
  const key = node.kind === 'list' ? `items.${step}.item` : childKey(at);
  const inner = node.kind === 'list' ? at0(at0(at0(draft, 'items'), step), 'item') : at0(draft, key);
  const further = placeOf(child, inner, node.kind === 'branches' ? [step, ...rest] : rest);
  return further === null ? key : further === '' ? key : `${key}.${further}`;
}

const childAt = (node: FormNode, step: string) =>
  node.kind === 'list' ? Number(step) : node.children.findIndex((child) => child.name === step);

const asSentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
