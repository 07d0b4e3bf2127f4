import type { z } from 'zod';

/** One thing that is wrong with a request, as the wire says it. */
export type Issue = {
  type: string;
  loc: (string | number)[];
  msg: string;
  input?: unknown;
  ctx?: Record<string, unknown>;
};

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];
type Where = 'body' | 'query';
/** So the wire begins what a rule of a field says, in distinction to what its type says. */
const ownRule = 'Value error, ';
export const withoutPrefix = (message: string): string =>
  message.startsWith(ownRule) ? message.slice(ownRule.length) : message;
type Said = Pick<Issue, 'type' | 'msg' | 'ctx'>;

/** The wire's words for what a schema has no words of its own for. */
export const wireMessage = (issue: RawIssue): string | undefined => {
  const known = said(issue, wantsInteger(issue));
  return known?.msg;
};

/** What zod found in the request, in the wire's shape. */
export function wireIssues(error: z.ZodError, where: Where, request: unknown): Issue[] {
  return error.issues.flatMap((issue) => toWire(issue, [where])).map((issue) => withInput(issue, request));
}

/** What stood in the request at that place; where a key is missing, the object that misses it. */
function withInput(issue: Issue, request: unknown): Issue {
  const path = issue.loc.slice(1, issue.type === 'missing' ? -1 : undefined);
  const sent = path.reduce((value, key) => (value as Record<string, unknown> | null)?.[key], request);
  return { ...issue, input: sent ?? issue.input ?? null };
}

function toWire(issue: z.core.$ZodIssue, at: (string | number)[]): Issue[] {
  const loc = [...at, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
  if (issue.code === 'unrecognized_keys') {
    const input = issue.input as Record<string, unknown> | undefined;
    return issue.keys.map((key) => ({
      type: 'extra_forbidden',
      loc: [...loc, key],
      msg: 'Extra inputs are not permitted',
      input: input?.[key],
    }));
  }
  if (issue.code === 'invalid_union') return ofUnion(issue, loc);
  const integer = issue.message.startsWith('Input should be a valid integer');
  if (issue.message.startsWith(ownRule))
    return [{ type: 'value_error', loc, msg: issue.message, input: issue.input ?? null, ctx: { error: {} } }];
  const { type, msg, ctx } = said(issue, integer) ?? { type: 'value_error', msg: issue.message };
  const known = issue.message.startsWith('UUID input') ? 'uuid_type' : type;
  return [{ type: known, loc, msg: issue.message || msg, input: issue.input ?? null, ...(ctx && { ctx }) }];
}

/** Of the alternatives the one that came closest is what was meant, unless the union has words of its own. */
function ofUnion(issue: z.core.$ZodIssueInvalidUnion, loc: (string | number)[]): Issue[] {
  const closest = issue.errors.toSorted((one, other) => badness(one) - badness(other))[0] ?? [];
  const hasWords = issue.message !== 'Invalid input';
  if (closest.length > 0 && !hasWords) return closest.flatMap((each) => toWire(each, loc));
  return [{ type: 'value_error', loc, msg: issue.message, input: issue.input ?? null }];
}

/** Keys that do not belong there tell that another alternative was meant. */
const badness = (issues: z.core.$ZodIssue[]): number =>
  issues.length + 10 * issues.filter((issue) => issue.code === 'unrecognized_keys' || issue.path.length === 0).length;

const nouns: Record<string, [name: string, noun: string]> = {
  string: ['string', 'string'],
  int: ['int', 'integer'],
  number: ['float', 'number'],
  boolean: ['bool', 'boolean'],
  array: ['list', 'list'],
  record: ['dict', 'dictionary'],
};

/** `integer`: whether a number is to be whole, which an issue alone does not tell. */
function said(issue: RawIssue | z.core.$ZodIssue, integer: boolean): Said | null {
  switch (issue.code) {
    case 'invalid_type':
      return ofType(issue, integer);
    case 'invalid_value': {
      const expected = listed(issue.values.map((value) => `'${String(value)}'`));
      const type = issue.values.length === 1 ? 'literal_error' : 'enum';
      if (issue.input === undefined) return missing;
      return { type, msg: `Input should be ${expected}`, ctx: { expected } };
    }
    case 'too_small':
    case 'too_big':
      return outOfBounds(issue as z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig);
    case 'invalid_format': {
      if (issue.format !== 'regex') return null;
      const pattern = String(issue['pattern']).replace(/^\/(.*)\/\w*$/, '$1');
      return { type: 'string_pattern_mismatch', msg: `String should match pattern '${pattern}'`, ctx: { pattern } };
    }
    case 'custom':
      return issue.params?.['type'] ? { type: String(issue.params['type']), msg: '' } : null;
    default:
      return null;
  }
}

const missing: Said = { type: 'missing', msg: 'Field required' };

function ofType(issue: { expected?: unknown; input?: unknown }, integer: boolean): Said | null {
  const { input } = issue;
  if (input === undefined) return missing;
  const expected = issue.expected === 'number' && integer ? 'int' : String(issue.expected);
  if (expected === 'object')
    return {
      type: 'model_attributes_type',
      msg: 'Input should be a valid dictionary or object to extract fields from',
    };
  const [name, noun] = nouns[expected] ?? [];
  if (!name) return null;
  const article = noun === 'integer' ? 'an' : 'a';
  if (name === 'int' && typeof input === 'number')
    return { type: 'int_from_float', msg: 'Input should be a valid integer, got a number with a fractional part' };
  if (typeof input === 'string' && (name === 'int' || name === 'float'))
    return {
      type: `${name}_parsing`,
      msg: `Input should be a valid ${noun}, unable to parse string as ${article} ${noun}`,
    };
  if (name === 'bool' && (typeof input === 'string' || typeof input === 'number'))
    return { type: 'bool_parsing', msg: 'Input should be a valid boolean, unable to interpret input' };
  return { type: `${name}_type`, msg: `Input should be a valid ${noun}` };
}

const bounds = {
  ge: ['greater_than_equal', 'greater than or equal to'],
  gt: ['greater_than', 'greater than'],
  le: ['less_than_equal', 'less than or equal to'],
  lt: ['less_than', 'less than'],
} as const;

function outOfBounds(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): Said {
  const small = issue.code === 'too_small';
  const bound = Number(small ? issue.minimum : issue.maximum);
  if (issue.origin === 'string') {
    const msg = `String should have at ${small ? 'least' : 'most'} ${bound} character${bound === 1 ? '' : 's'}`;
    return {
      type: `string_too_${small ? 'short' : 'long'}`,
      msg,
      ctx: { [small ? 'min_length' : 'max_length']: bound },
    };
  }
  if (issue.origin === 'array') {
    const items = `item${bound === 1 ? '' : 's'} after validation`;
    const length = Array.isArray(issue.input) ? issue.input.length : 0;
    const msg = `List should have at ${small ? 'least' : 'most'} ${bound} ${items}, not ${length}`;
    return { type: `too_${small ? 'short' : 'long'}`, msg, ctx: { [small ? 'min_length' : 'max_length']: bound } };
  }
  const key = small ? (issue.inclusive ? 'ge' : 'gt') : issue.inclusive ? 'le' : 'lt';
  const [type, words] = bounds[key];
  return { type, msg: `Input should be ${words} ${bound}`, ctx: { [key]: bound } };
}

function wantsInteger(issue: RawIssue): boolean {
  const checks = (issue.inst as { _zod?: { def?: { checks?: { _zod: { def: { format?: string } } }[] } } } | undefined)
    ?._zod?.def?.checks;
  return checks?.some((check) => check._zod.def.format === 'safeint') ?? false;
}

/** `a, b or c` */
const listed = (words: string[]): string =>
  words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : (words[0] ?? '');
