import { stringifyExact } from '../json/exact-json.js';

/**
 * Rows as the JSON that a statement takes apart with jsonb_to_recordset. It takes the rows over: a column that is null
 * is made undefined and so left out, which says the same, and Postgres need not read it.
 */
export const jsonRows = (rows: object[]): string => stringifyExact(rows.map(withoutNulls));

/** Several of them as one. */
export const joinRows = (parts: string[]): string =>
  parts.length === 1 ? parts[0]! : `[${parts.map((part) => part.slice(1, -1)).join(',')}]`;

/** The same without what Postgres cannot hold, for words that nobody can be asked to send again. */
export const storableRows = (rows: object[]): string => storable(jsonRows(rows));

/** One row of this kind. */
export const storableRow = (row: object): string => storable(stringifyExact(withoutNulls(row)));

/** A document of this kind. */
export const storableJson = (value: unknown): string => storable(stringifyExact(value));

/** A text of this kind. */
export const storableText = <T extends string | null>(text: T): T => {
  if (text === null) return text;
  const plain = text.includes('\0') ? text.replaceAll('\0', '') : text;
  return plain.replaceAll(loneHalf, '\ufffd') as T;
};

/** For a column whose statement knows what to put where nothing is said. */
export function unlessEmpty<T extends object>(value: T): T | null {
  for (const _ in value) return value;
  return null;
}

/** In place: a copy of so wide an object costs more than writing it. */
function withoutNulls(row: object): object {
  const columns = row as Record<string, unknown>;
  for (const column in columns) if (columns[column] === null) columns[column] = undefined;
  return row;
}

/** NUL characters and halves of surrogate pairs, which JSON.stringify escapes; not a backslash that is text itself. */
const unstorable = /(?<!\\)((?:\\\\)*)\\u(0000|d[89a-f][\da-f]{2})/g;

const loneHalf = /\p{Surrogate}/gu;

function storable(json: string): string {
  if (!json.includes('\\u')) return json;
  return json.replace(unstorable, (_, before: string, code: string) => before + (code === '0000' ? '' : '\ufffd'));
}
