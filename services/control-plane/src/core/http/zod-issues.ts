import type { TooLong } from '@headgate/contracts/rest/list-bounds';
import { z } from 'zod';
import { alternativesOf, definitionOf, parametersOf, schemaAt, tagOf } from './schema-places.js';
import { missing, tooLongWords, wordsFor } from './zod-words.js';

/** One thing that is wrong with a request, as the wire says it. */
export type Issue = {
  type: string;
  loc: (string | number)[];
  msg: string;
  input?: unknown;
  ctx?: Record<string, unknown>;
};
type Place = (string | number)[];
/** An issue, and the place in the request that it speaks of: its `loc` names alternatives of unions, too. */
export type Mistake = { place: Place; issue: Issue };
/** What a value reads as, or what is wrong with it: so much of it as is asked for. */
export type Parsed = { data: unknown } | { mistakes(max: number): Mistake[] };
/** `read` is what was parsed, `sent` what came. */
type Request = { where: 'body' | 'query'; read: unknown; sent: unknown };

/** So the wire begins what a rule of a field says, in distinction to what its type says. */
const ownRule = 'Value error, ';
export const withoutPrefix = (message: string): string =>
  message.startsWith(ownRule) ? message.slice(ownRule.length) : message;

/** Types whose schemas have words of their own. */
const typesByWords = new Map([
  ['UUID input should be a string, bytes or UUID object', 'uuid_type'],
  ['Input should be a valid timedelta', 'time_delta_type'],
]);

/** Of an object with more keys that do not belong there, these are looked at: each of them costs more than to read it. */
const keysMax = 1_000;

/** Several issues may speak of one place: so many are looked at for those that are told. */
const lookedMax = 5_000;

/** Zod's own words are not wanted: what a schema says nothing of is left blank, and the wire's words fill it. */
export const noWords = (): string => '';

/** What zod found in the request first, in the wire's shape. `sent` is what issues quote, as it came. */
export function mistakesIn(issues: ZodIssue[], schema: z.ZodType, request: Request, max: number): Mistake[] {
  const at = { place: [], loc: [request.where], value: request.read };
  return onePerPlace(allToWire(issues, schema, at), max).map((found) =>
    withInput(found, request.sent, parametersOf(schema)),
  );
}

/** A list that was not looked into, because it is too long. */
export function tooManyItems({ place, max, length }: TooLong, where: Request['where']): Issue {
  const { type, msg, ctx } = tooLongWords(max, length);
  return { type, loc: [where, ...place], msg, input: null, ctx };
}

/** Of a value the wire tells only the first thing that is wrong with it. The others, and those beyond `max`, are not made. */
function onePerPlace(mistakes: Iterable<Mistake>, max: number): Mistake[] {
  const told = new Map<string, Mistake>();
  let looked = 0;
  for (const mistake of mistakes) {
    const place = mistake.issue.loc.join('.');
    if (!told.has(place)) told.set(place, mistake);
    if (told.size >= max || ++looked >= lookedMax) break;
  }
  return [...told.values()];
}

/** Wrong before there is anything to look into: no body where there has to be one, and no object where one is meant. */
export function mistakeOfAll(schema: z.ZodType, body: unknown): Issue[] | null {
  const parameters = parametersOf(schema);
  if (body === null || body === undefined) {
    const { type } = definitionOf(schema);
    const needed = !parameters && ['object', 'array', 'record'].includes(type);
    return needed ? [missingAt(['body'])] : null;
  }
  if (!parameters || (typeof body === 'object' && !Array.isArray(body))) return null;
  return parameters.map((name) => missingAt(['body', name]));
}

/** The members of an issue stand in the wire's order: clients compare bodies as text. */
const missingAt = (loc: Place): Issue => ({ type: missing.type, loc, msg: missing.msg, input: null });

/** What stood in the request at that place; where a key is missing, the object that misses it. */
function withInput({ place, issue }: Mistake, request: unknown, parameters: string[] | undefined): Mistake {
  const sent = valueAt(request, place);
  const { type, loc, msg, ctx } = issue;
  // Parameters are read each by itself: one that is null is not there, and there is nothing that misses it.
  if (parameters && place.length === 1 && (sent ?? null) === null) return { place, issue: missingAt(loc) };
  const input = type === missing.type ? valueAt(request, place.slice(0, -1)) : sent;
  return { place, issue: { type, loc, msg, input: input ?? issue.input ?? null, ...(ctx && { ctx }) } };
}

const valueAt = (value: unknown, place: Place): unknown =>
  place.reduce((whole, key) => (whole as Record<string, unknown> | null | undefined)?.[key], value);

/** Where issues were found: what stands there, and how the wire calls the place. */
type At = { place: Place; loc: Place; value: unknown };
export type ZodIssue = z.core.$ZodIssue;
type Schema = z.core.$ZodType;

/** A union is asked once, however many issues tell of it. */
function* allToWire(issues: ZodIssue[], schema: Schema, at: At): Generator<Mistake> {
  const asked = new Set<string>();
  for (const issue of issues) {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    const { schema: found, depth } = schemaAt(schema, path);
    const inUnion = alternativesOf(found) && isOfAlternatives(issue, depth);
    const there = path.slice(0, depth);
    if (!inUnion) yield* toWire(issue, found, at, path);
    else if (!asked.has(there.join('.'))) {
      asked.add(there.join('.'));
      yield* ofUnion(found, into(at, there));
    }
  }
}

const into = ({ place, loc, value }: At, path: Place): At => ({
  place: [...place, ...path],
  loc: [...loc, ...path],
  value: valueAt(value, path),
});

/** Of an alternative, and not of the union, which may have words of its own. */
const isOfAlternatives = (issue: ZodIssue, depth: number): boolean =>
  issue.path.length > depth || (issue.message === '' && issue.code !== 'custom' && issue.input !== undefined);

function toWire(issue: ZodIssue, schema: Schema, at: At, path: Place): Mistake[] {
  const { place, loc } = into(at, path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, keysMax).map((key) => {
      const said = { type: 'extra_forbidden', loc: [...loc, key], msg: 'Extra inputs are not permitted' };
      return { place: [...place, key], issue: said };
    });
  return [{ place, issue: { ...inWords(issue, schema), loc, input: issue.input ?? null } }];
}

function inWords(issue: ZodIssue, schema: Schema): Omit<Issue, 'loc' | 'input'> {
  const { message } = issue;
  if (message.startsWith(ownRule)) return { type: 'value_error', msg: message, ctx: { error: {} } };
  const words = issue.input === undefined && issue.code === 'invalid_union' ? missing : wordsFor(issue, schema);
  const params = issue.code === 'custom' ? (issue.params as Partial<Issue> | undefined) : undefined;
  const ctx = params?.ctx ?? words?.ctx;
  return {
    type: params?.type ?? typesByWords.get(message) ?? words?.type ?? 'value_error',
    msg: message || (words?.msg ?? 'Invalid input'),
    ...(ctx && { ctx }),
  };
}

/**
 * The wire tells of every alternative why it is not that one; of those that have no name there, the closest was meant.
 * They are asked again, for zod tells only of one when the others are further off.
 */
function* ofUnion(union: Schema, at: At): Generator<Mistake> {
  const alternatives = alternativesOf(union)!.map((schema) => {
    const { error } = z.safeParse(schema, at.value, { reportInput: true, error: noWords });
    return { schema, tag: tagOf(schema), issues: error?.issues ?? [] };
  });
  if (alternatives.every(({ tag }) => tag !== undefined)) {
    for (const { schema, tag, issues } of alternatives)
      yield* allToWire(issues, schema, { ...at, loc: [...at.loc, tag!] });
    return;
  }
  const [closest] = alternatives.toSorted((one, other) => badness(one.issues) - badness(other.issues));
  yield* allToWire(closest!.issues, closest!.schema, at);
}

/** Keys that do not belong there tell that another alternative was meant. */
const badness = (issues: ZodIssue[]): number =>
  issues.length + 10 * issues.filter((issue) => issue.code === 'unrecognized_keys' || issue.path.length === 0).length;
