import { randomBytes } from 'node:crypto';
import { AppError, invalid } from '../errors/app-error.js';
import { nextTurn } from '../fair/in-slices.js';
import { boundPassedBy, measure, type JsonBounds } from './json-bounds.js';
import { readExact } from './read-exact.js';

/** Stands for what is written as it is while a text is written; nobody outside this process can know it. */
const mark = randomBytes(18).toString('base64url');
/** Writing is synchronous: what the marks stand for, in their order; null where ordinary JSON is written. */
let sources: string[] | null = null;
/** Whether something that is not what ordinary JSON says of it was written since this was last set to false. */
let met = false;

/** A number that JavaScript would write otherwise than it was given: `1.0`, `1e5`, digits beyond 2^53. */
export class ExactNumber {
  constructor(readonly source: string) {}
  /** For whoever writes ordinary JSON. */
  toJSON(): number | string {
    return asSource(this.source) ?? Number(this.source);
  }
}

/** A document as the text that it is: who only passes it on need not read it and write it again. */
export class JsonText {
  constructor(readonly text: string) {}
  toJSON(): unknown {
    return asSource(this.text) ?? JSON.parse(this.text);
  }
}

function asSource(source: string): string | null {
  met = true;
  return sources && sources.push(source) > 0 ? mark : null;
}

const levelsMax = 200;
const isTooDeep = (text: string): boolean => boundPassedBy(text, { levels: levelsMax }) !== null;

/**
 * What is sent holds no more than this, whatever its bytes. Log lines have more, all of the same few
 * keys: 20,000 are 160,000 values. The parameters of a run fit in, but for long lists of short numbers.
 */
export const sentMax = { levels: levelsMax, values: 100_000, names: 20_000, digits: 1_000 };
export const batchMax = { ...sentMax, values: 200_000, names: 100 };

const tooDeep = () => invalid(`JSON is nested more than ${levelsMax} levels deep.`);
const tooMany = (max: number, what: string) =>
  new AppError('tooLarge', `JSON holds more than ${max.toLocaleString('en')} ${what}.`);
const beyondNumbers = `JSON holds a number beyond 1.8e308, or one of more than ${sentMax.digits.toLocaleString('en')} characters.`;
const refusalBeyond: Record<keyof JsonBounds, (max: Required<JsonBounds>) => AppError> = {
  levels: tooDeep,
  values: ({ values }) => tooMany(values, 'values'),
  names: ({ names }) => tooMany(names, 'different keys'),
  digits: () => invalid(beyondNumbers),
};
const long = /(?:^|[:[,\s])-?\d{16}/;
const integer = /^-?\d+$/;
/** How half of a surrogate pair is escaped, and one that stands alone. */
const half = /\\u[dD][89a-fA-F]/;

/** Whether a text may have a number that JavaScript would write otherwise: most have none, and are read once only. */
const unusual = /\d[.eE]|\d{16}|-0/;

/** Parses a text that is JSON, without changing a number. Refuses what is nested too deep to be walked. */
export function parseExact(text: string): unknown {
  const plain: unknown = JSON.parse(text);
  if (isTooDeep(text)) throw tooDeep();
  return unusual.test(text) ? readExact(text, (source) => asWritten(source, true)) : plain;
}

/**
 * Parses JSON without changing an integer: identifiers and nanoseconds are longer than JavaScript counts. `1.0` becomes
 * 1, and what is nested too deep to be walked is read as JavaScript reads it. Costs next to nothing where there are no
 * such integers. Throws a SyntaxError for what is not JSON.
 */
export function parseJson(text: string): unknown {
  const plain: unknown = JSON.parse(text);
  if (!long.test(text) || isTooDeep(text)) return plain;
  return readExact(text, (source) => asWritten(source, integer.test(source)));
}

/** A number, or its source where JavaScript would write it otherwise and it is to be kept. */
function asWritten(source: string, isKept: boolean): number | ExactNumber {
  // No integer of so many digits is written as it was read, and that is dear to find out.
  if (isKept && source.length > 21 && integer.test(source)) return new ExactNumber(source);
  const number = Number(source);
  return isKept && String(number) !== source ? new ExactNumber(source) : number;
}

/**
 * Parses what somebody sent. Besides a SyntaxError it may be refused as too deep to be walked, as holding too much, or as
 * something that would be changed without a word: a number that becomes `null`, a key that is lost. Half of a surrogate
 * pair can be written in no database, and nobody can be asked to send the words of a failure again: it becomes U+FFFD.
 */
export function parseSent(text: string, max: Required<JsonBounds> = sentMax): unknown {
  const members = membersWithin(text, max);
  return asSent(text, parseJson(text), members);
}

/** The same of a long text, step by step: between two of them others have the event loop. */
export async function parseLongSent(text: string, max: Required<JsonBounds> = sentMax): Promise<unknown> {
  const members = membersWithin(text, max);
  await nextTurn();
  const value = parseJson(text);
  await nextTurn();
  return asSent(text, value, members);
}

function membersWithin(text: string, max: Required<JsonBounds>): number {
  const { passed, members } = measure(text, max);
  if (passed) throw refusalBeyond[passed](max);
  return members;
}

function asSent(text: string, value: unknown, members: number): unknown {
  if (members > 0) refuseLostKeys(text, value, members);
  return withoutHalves(text, value);
}

/** The same without changing a number; `plain` is what `parseSent` made of the text. */
export const parseSentExactly = (text: string, plain: unknown): unknown =>
  unusual.test(text) ? withoutHalves(text, parseExact(text)) : plain;

/** How a key may be written that most of what copies objects takes for something else. */
const mayHaveProto = /__proto__|\\u00(?:5f|7[024]|6f)/i;

/** Members that are in the text and not in the value stand under one name; of these JavaScript keeps the last. */
function refuseLostKeys(text: string, value: unknown, members: number): void {
  let [left, hasProto] = [members, false];
  const looksFor = mayHaveProto.test(text);
  const walk = (each: unknown): void => {
    if (typeof each !== 'object' || each === null || each instanceof ExactNumber) return;
    if (Array.isArray(each)) return each.forEach(walk);
    for (const key in each) {
      left -= 1;
      if (looksFor && key === '__proto__') hasProto = true;
      walk((each as Record<string, unknown>)[key]);
    }
  };
  walk(value);
  if (hasProto) throw invalid('JSON has a key that cannot be kept: "__proto__".');
  if (left > 0) throw invalid('JSON has one key twice in the same object.');
}

const withoutHalves = (text: string, value: unknown): unknown => (half.test(text) ? asUnicode(value) : value);

function asUnicode(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(asUnicode);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [asUnicode(key), asUnicode(each)]));
}

/** Writes JSON with every exact number, and every text of JSON, as it was given. */
export function stringifyExact(value: unknown): string {
  const found: string[] = [];
  sources = found;
  try {
    const text = JSON.stringify(value);
    return found.length > 0 ? withSources(text, found) : text;
  } finally {
    sources = null;
  }
}

function withSources(text: string, found: string[]): string {
  const parts = text.split(`"${mark}"`);
  return parts.map((part, at) => (at < found.length ? part + found[at]! : part)).join('');
}

/** With ordinary numbers, for those who calculate with them; and the text of it, which is known then. */
export function withPlainNumbers<T>(value: T): { plain: T; json: string } {
  met = false;
  const json = JSON.stringify(value);
  return { plain: met ? (JSON.parse(json) as T) : value, json };
}

export type JsonObject = Record<string, unknown>;

/** An object of JSON, not an array, a number or null. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
