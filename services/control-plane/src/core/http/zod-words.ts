import type { z } from 'zod';
import { isSet, isWhole, definitionOf } from './schema-places.js';

/** The wire's words for what is wrong: facts that clients and people search for. */
type Words = { type: string; msg: string; ctx?: Record<string, unknown> };

export const missing: Words = { type: 'missing', msg: 'Field required' };

/** `schema` is the one that found it; null for what only the schema itself has words for. */
export function wordsFor(issue: z.core.$ZodIssue, schema: z.core.$ZodType): Words | null {
  switch (issue.code) {
    case 'invalid_type':
      return ofType(issue, schema);
    case 'invalid_value': {
      if (issue.input === undefined) return missing;
      const expected = listed(issue.values.map((value) => `'${String(value)}'`));
      const type = definitionOf(schema).type === 'literal' ? 'literal_error' : 'enum';
      return { type, msg: `Input should be ${expected}`, ctx: { expected } };
    }
    case 'too_small':
    case 'too_big':
      return outOfBounds(issue);
    case 'invalid_format': {
      if (issue.format !== 'regex') return null;
      const pattern = String(issue.pattern).replace(/^\/(.*)\/\w*$/, '$1');
      return { type: 'string_pattern_mismatch', msg: `String should match pattern '${pattern}'`, ctx: { pattern } };
    }
    default:
      return null;
  }
}

const nouns: Record<string, [name: string, noun: string]> = {
  string: ['string', 'string'],
  int: ['int', 'integer'],
  number: ['float', 'number'],
  boolean: ['bool', 'boolean'],
  array: ['list', 'list'],
  set: ['set', 'set'],
  tuple: ['tuple', 'tuple'],
  record: ['dict', 'dictionary'],
};

/** What is to be whole, or without doubles, the schema knows; an issue does not. */
function kindOf(expected: string, schema: z.core.$ZodType): string {
  if (expected === 'number' && isWhole(schema)) return 'int';
  return expected === 'array' && isSet(schema) ? 'set' : expected;
}

function ofType({ expected, input }: z.core.$ZodIssueInvalidType, schema: z.core.$ZodType): Words | null {
  if (input === undefined) return missing;
  if (expected === 'object')
    return {
      type: 'model_attributes_type',
      msg: 'Input should be a valid dictionary or object to extract fields from',
    };
  const [name, noun] = nouns[kindOf(expected, schema)] ?? [];
  if (!name) return null;
  const article = noun === 'integer' ? 'an' : 'a';
  if (name === 'int' && typeof input === 'number')
    return { type: 'int_from_float', msg: 'Input should be a valid integer, got a number with a fractional part' };
  if (typeof input === 'string' && (name === 'int' || name === 'float'))
    return {
      type: `${name}_parsing`,
      msg: `Input should be a valid ${noun}, unable to parse string as ${article} ${noun}`,
    };
  if (name === 'bool' && (typeof input === 'string' || Number.isInteger(input)))
    return { type: 'bool_parsing', msg: 'Input should be a valid boolean, unable to interpret input' };
  return { type: `${name}_type`, msg: `Input should be a valid ${noun}` };
}

const bounds = {
  ge: ['greater_than_equal', 'greater than or equal to'],
  gt: ['greater_than', 'greater than'],
  le: ['less_than_equal', 'less than or equal to'],
  lt: ['less_than', 'less than'],
} as const;

function outOfBounds(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): Words {
  const small = issue.code === 'too_small';
  const bound = Number(small ? issue.minimum : issue.maximum);
  const [most, key] = small ? ['least', 'min_length'] : ['most', 'max_length'];
  if (issue.origin === 'string') {
    const msg = `String should have at ${most} ${bound} character${bound === 1 ? '' : 's'}`;
    return { type: `string_too_${small ? 'short' : 'long'}`, msg, ctx: { [key]: bound } };
  }
  if (issue.origin === 'array') {
    const actual_length = Array.isArray(issue.input) ? issue.input.length : 0;
    const msg = `List should have at ${most} ${bound} item${bound === 1 ? '' : 's'} after validation, not ${actual_length}`;
    const ctx = { field_type: 'List', [key]: bound, actual_length };
    return { type: `too_${small ? 'short' : 'long'}`, msg, ctx };
  }
  const side = small ? (issue.inclusive ? 'ge' : 'gt') : issue.inclusive ? 'le' : 'lt';
  const [type, words] = bounds[side];
  return { type, msg: `Input should be ${words} ${bound}`, ctx: { [side]: bound } };
}

export const tooLongWords = (max: number, length: number) => ({
  type: 'too_long',
  msg: `List should have at most ${max} items after validation, not ${length}`,
  ctx: { field_type: 'List', max_length: max, actual_length: length },
});

/** `a, b or c` */
const listed = (words: string[]): string =>
  words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : (words[0] ?? '');
