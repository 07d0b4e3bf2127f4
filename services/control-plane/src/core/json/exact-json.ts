import { randomUUID } from 'node:crypto';
import { invalid } from '../errors/app-error.js';
import { isTooDeep } from './json-depth.js';

/** A number that JavaScript would write otherwise than it was given: `1.0`, `1e5`, digits beyond 2^53. */
export class ExactNumber {
  constructor(readonly source: string) {}
  /** For whoever writes ordinary JSON. */
  toJSON(): number {
    met = true;
    return Number(this.source);
  }
}

/** Whether an exact number was written since this was last set to false: writing is synchronous. */
let met = false;
const levelsMax = 200;
const tooDeep = `JSON is nested more than ${levelsMax} levels deep.`;
/** Stands for an exact number while a text is parsed or written; nobody outside this process can know it. */
const mark = `exact-number:${randomUUID()}:`;
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|[[\]{}]/gs;
const marked = new RegExp(`"${mark}([^"]*)"`, 'g');
const long = /(?:^|[:[,\s])-?\d{16}/;
const integer = /^-?\d+$/;
/** How half of a surrogate pair is escaped, and one that stands alone. */
const half = /\\u[dD][89a-fA-F]/;
const loneHalf = /\p{Surrogate}/gu;

/** Parses a text that is JSON, without changing a number. Refuses what is nested too deep to be walked. */
export function parseExact(text: string): unknown {
  const unambiguous = withMarks(text, () => true);
  if (unambiguous === null) throw invalid(tooDeep);
  return parseMarked(unambiguous);
}

/**
 * Parses JSON without changing an integer: identifiers and nanoseconds are longer than JavaScript counts. `1.0` becomes
 * 1, and what is nested too deep to be walked is read as JavaScript reads it. Costs next to nothing where there are no
 * such integers. Throws a SyntaxError for what is not JSON.
 */
export function parseJson(text: string): unknown {
  // Before marking: looking for the end of a text that never ends would take quadratic time.
  const plain: unknown = JSON.parse(text);
  const unambiguous = long.test(text) ? withMarks(text, (number) => integer.test(number)) : null;
  return unambiguous === null ? plain : parseMarked(unambiguous);
}

/**
 * Parses what somebody sent. Besides a SyntaxError it may be refused as too deep to be walked. Half of a surrogate pair
 * can be written in no database, and nobody can be asked to send the words of a failure again: it becomes U+FFFD.
 */
export function parseSent(text: string): unknown {
  if (isTooDeep(text, levelsMax)) throw invalid(tooDeep);
  const value = parseJson(text);
  return half.test(text) ? asUnicode(value) : value;
}

function asUnicode(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(loneHalf, '\ufffd');
  if (Array.isArray(value)) return value.map(asUnicode);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [asUnicode(key), asUnicode(each)]));
}

/** The text with every number that JavaScript would change marked, if it is one to keep; null when it is nested too deep. */
function withMarks(text: string, isKept: (number: string) => boolean): string | null {
  let [level, deepest] = [0, 0];
  const unambiguous = text.replaceAll(token, (found) => {
    if (found === '[' || found === '{') deepest = Math.max(deepest, ++level);
    else if (found === ']' || found === '}') level -= 1;
    else if (!found.startsWith('"') && String(Number(found)) !== found && isKept(found)) return `"${mark}${found}"`;
    return found;
  });
  return deepest > levelsMax ? null : unambiguous;
}

const parseMarked = (text: string): unknown =>
  text.includes(mark)
    ? JSON.parse(text, (_, value: unknown) =>
        typeof value === 'string' && value.startsWith(mark) ? new ExactNumber(value.slice(mark.length)) : value,
      )
    : JSON.parse(text);

/** Writes JSON with every exact number as it was given. */
export function stringifyExact(value: unknown): string {
  met = false;
  const text = JSON.stringify(value);
  if (!met) return text;
  const unambiguous = JSON.stringify(value, function (this: Record<string, unknown>, key, plain: unknown) {
    const raw = this[key];
    return raw instanceof ExactNumber ? mark + raw.source : plain;
  });
  return unambiguous.replaceAll(marked, '$1');
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
