import { isLosslessNumber, parseExact, readNumber, stringifyExact } from '@/lib/exact-json';
import { isSchema, type FormNode } from './read-schema';

/**
 * What stands in the controls of a node. Names of parameters may hold dots, which mean something to the form: children go
 * by their places, `c0`, `c1`, …
 */
export type Draft = string | { [child: string]: Draft } | ListDraft;
export type ListDraft = { items: { item: Draft }[] };

/** A mistake is where the form is, and in words. */
export type Mistake = { path: string; message: string };
export type Read = { value: unknown; mistakes: Mistake[] };

export const childKey = (at: number): string => `c${at}`;
export const needed = 'This is needed.';
const isObject = (draft: unknown): draft is Record<string, Draft> =>
  typeof draft === 'object' && draft !== null && !Array.isArray(draft);

/** What the controls show of a value; of none, they are empty. */
export function draftOf(node: FormNode, value: unknown): Draft {
  const given = value === undefined ? node.fallback : value;
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(
        node.children.map((child, at) => [
          childKey(at),
          draftOf(child, isSchema(given) ? given[child.name] : undefined),
        ]),
      );
    case 'list':
      return { items: Array.isArray(given) ? given.map((item) => ({ item: draftOf(node.children[0]!, item) })) : [] };
    case 'branches':
      return branchesDraft(node, given);
    default:
      return given === undefined || given === null ? '' : textOf(node, given);
  }
}

function branchesDraft(node: FormNode, given: unknown): Draft {
  const fitting =
    given === undefined || given === null ? -1 : node.children.findIndex((branch) => looksLike(branch, given));
  const at = Math.max(0, fitting);
  const drafts = node.children.map((branch, each) => [
    childKey(each),
    draftOf(branch, each === at ? (given ?? undefined) : undefined),
  ]);
  return { branch: childKey(at), ...Object.fromEntries(drafts) };
}

/** Whether a value is probably meant for a branch; the server has the last word. */
function looksLike({ kind, schema, options, children }: FormNode, value: unknown): boolean {
  switch (kind) {
    case 'object':
      return (
        isSchema(value) && !isLosslessNumber(value) && children.every((child) => constantFits(child, value[child.name]))
      );
    case 'list':
      return Array.isArray(value);
    case 'number':
    case 'integer':
      return typeof value === 'number' || isLosslessNumber(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'choice':
      return options.some((option) => option.value === value);
    case 'json':
      return (
        schema['type'] === undefined ||
        typeof value === schema['type'] ||
        (Array.isArray(value) && schema['type'] === 'array')
      );
    default:
      return typeof value === 'string';
  }
}

/** What tells variants of objects apart: a value that can only be one. */
const constantFits = (child: FormNode, value: unknown) =>
  child.options.length !== 1 || value === undefined
    ? !(child.required && value === undefined)
    : child.options[0]!.value === value;

function textOf(node: FormNode, value: unknown): string {
  if (node.kind === 'json') return stringifyExact(value, 2);
  if (node.kind === 'date-time' && typeof value === 'string') return toLocal(value);
  return typeof value === 'string' ? value : stringifyExact(value);
}

/** What the controls stand for; `undefined` for what is left out. `path` is where the draft lies in the form. */
export function readDraft(node: FormNode, draft: Draft | undefined, path: string): Read {
  switch (node.kind) {
    case 'object':
      return readObject(node, draft, path);
    case 'list':
      return readList(node, draft, path);
    case 'branches': {
      const key = isObject(draft) && typeof draft['branch'] === 'string' ? draft['branch'] : childKey(0);
      const branch = node.children[Number(key.slice(1))] ?? node.children[0]!;
      // A branch is needed only as much as what it is a branch of.
      const { required, nullable } = node;
      return readDraft({ ...branch, required, nullable }, isObject(draft) ? draft[key] : undefined, `${path}.${key}`);
    }
    default:
      return readText(node, typeof draft === 'string' ? draft : '', path);
  }
}

function readObject(node: FormNode, draft: Draft | undefined, path: string): Read {
  const drafts = isObject(draft) ? draft : {};
  const values: Record<string, unknown> = {};
  const mistakes: Mistake[] = [];
  node.children.forEach((child, at) => {
    const read = readDraft(child, drafts[childKey(at)], join(path, childKey(at)));
    mistakes.push(...read.mistakes);
    if (read.value !== undefined) values[child.name] = read.value;
  });
  const isEmpty = Object.keys(values).length === 0;
  // Nobody has to fill in the parts of what may be left out.
  if (isEmpty && !node.required) return { value: node.nullable ? null : undefined, mistakes: [] };
  return { value: values, mistakes };
}

function readList(node: FormNode, draft: Draft | undefined, path: string): Read {
  const items = isObject(draft) && Array.isArray(draft['items']) ? (draft as unknown as ListDraft).items : [];
  const reads = items.map(({ item }, at) => readDraft(node.children[0]!, item, `${path}.items.${at}.item`));
  const value = reads.map((read) => (read.value === undefined ? null : read.value));
  if (value.length === 0 && !node.required)
    return { value: node.nullable ? null : node.fallback === undefined ? undefined : [], mistakes: [] };
  return { value, mistakes: reads.flatMap((read) => read.mistakes) };
}

function readText(node: FormNode, text: string, path: string): Read {
  const mistake = (message: string): Read => ({ value: undefined, mistakes: [{ path, message }] });
  const is = (value: unknown): Read => ({ value, mistakes: [] });
  if (text === '' || (text.trim() === '' && node.kind !== 'text' && node.kind !== 'secret')) {
    if (node.nullable) return is(null);
    // A text that is there may be empty; nothing else may.
    if (node.kind === 'text' && typeof node.fallback === 'string') return is('');
    return node.required ? mistake(needed) : is(undefined);
  }
  switch (node.kind) {
    case 'boolean':
      return is(text === 'true');
    case 'choice':
      return is(node.options.find((option) => option.text === text)?.value ?? text);
    case 'number':
    case 'integer': {
      const number = readNumber(text);
      if (number === null) return mistake(node.kind === 'integer' ? 'Enter a whole number.' : 'Enter a number.');
      return node.kind === 'integer' && !/^-?\d+$/.test(text.trim()) ? mistake('Enter a whole number.') : is(number);
    }
    case 'date-time':
      return Number.isNaN(Date.parse(text)) ? mistake('Enter a date and a time.') : is(new Date(text).toISOString());
    case 'json':
      try {
        return is(parseExact(text));
      } catch {
        return mistake('This is not valid JSON.');
      }
    default:
      return is(text);
  }
}

const join = (path: string, key: string) => (path ? `${path}.${key}` : key);

/** ISO 8601 to what a date-and-time control holds, in the reader's zone, to the second. */
function toLocal(iso: string): string {
  if (Number.isNaN(Date.parse(iso))) return iso;
  const date = new Date(iso);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

type Asked = {
  root: FormNode;
  drafts: Record<string, Draft>;
  first: Record<string, Draft>;
  own: Record<string, unknown>;
};

/**
 * The values that somebody entered: those that differ from what stood there first, and those that are needed and come from
 * nowhere else. What nobody touched is not sent, so nothing can have changed it.
 */
export function editedValues({ root, drafts, first, own }: Asked): {
  values: Record<string, unknown>;
  mistakes: Mistake[];
} {
  const values: Record<string, unknown> = {};
  const mistakes: Mistake[] = [];
  root.children.forEach((child, at) => {
    const key = childKey(at);
    const untouched = JSON.stringify(drafts[key]) === JSON.stringify(first[key]);
    if (untouched && !(child.required && own[child.name] === undefined)) return;
    const read = readDraft(child, drafts[key], key);
    mistakes.push(...read.mistakes);
    if (read.value !== undefined) values[child.name] = read.value;
  });
  return { values, mistakes };
}
