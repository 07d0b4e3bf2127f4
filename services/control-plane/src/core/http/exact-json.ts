import { randomUUID } from 'node:crypto';
import { invalid } from '../errors/app-error.js';

/** A number that JavaScript would write otherwise than it was given: `1.0`, `1e5`, digits beyond 2^53. */
export class ExactNumber {
  constructor(readonly source: string) {}
  /** For whoever writes ordinary JSON. */
  toJSON(): number {
    return Number(this.source);
  }
}

const levelsMax = 200;
/** Stands for an exact number while a text is parsed or written; nobody outside this process can know it. */
const mark = `exact-number:${randomUUID()}:`;
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|[[\]{}]/gs;
const marked = new RegExp(`"${mark}([^"]*)"`, 'g');

/** Parses a text that is JSON, without changing a number. Refuses what is nested too deep to be walked. */
export function parseExact(text: string): unknown {
  let level = 0;
  const unambiguous = text.replaceAll(token, (found) => {
    if (found === '[' || found === '{') level += 1;
    else if (found === ']' || found === '}') level -= 1;
    else if (!found.startsWith('"')) return String(Number(found)) === found ? found : `"${mark}${found}"`;
    if (level > levelsMax) throw invalid(`JSON is nested more than ${levelsMax} levels deep.`);
    return found;
  });
  if (!unambiguous.includes(mark)) return JSON.parse(text);
  return JSON.parse(unambiguous, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? new ExactNumber(value.slice(mark.length)) : value,
  );
}

/** Writes JSON with every exact number as it was given. */
export function stringifyExact(value: unknown): string {
  let found = false;
  const text = JSON.stringify(value, function (this: Record<string, unknown>, key, plain: unknown) {
    const raw = this[key];
    if (!(raw instanceof ExactNumber)) return plain;
    found = true;
    return mark + raw.source;
  });
  return found ? text.replaceAll(marked, '$1') : text;
}

export type JsonObject = Record<string, unknown>;

/** An object of JSON, not an array, a number or null. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
