import { isLosslessNumber, parseExact, stringifyExact } from '@/lib/exact-json';

export type TableData = { columns: string[]; rows: string[][] };

const cell = (value: unknown) => (typeof value === 'string' ? value : value == null ? '' : stringifyExact(value));
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !isLosslessNumber(value);

/** JSON text as its value; any other text as it stands. */
export function parsed(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return parseExact(data);
  } catch {
    return data;
  }
}

/** The table in an artifact's data: a list of objects, a list of lists, or an object of columns. Null when it is none. */
export function readTable(data: unknown): TableData | null {
  const value = parsed(data);
  if (Array.isArray(value)) return value.length > 0 && value.every(isObject) ? fromRows(value) : null;
  return isObject(value) && Object.values(value).every(Array.isArray)
    ? fromColumns(value as Record<string, unknown[]>)
    : null;
}

function fromRows(rows: (Record<string, unknown> | unknown[])[]): TableData {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return {
    columns: Array.isArray(rows[0]) ? columns.map((index) => String(Number(index) + 1)) : columns,
    rows: rows.map((row) => columns.map((column) => cell((row as Record<string, unknown>)[column]))),
  };
}

function fromColumns(columns: Record<string, unknown[]>): TableData | null {
  const names = Object.keys(columns);
  const length = Math.max(0, ...Object.values(columns).map((values) => values.length));
  if (names.length === 0) return null;
  return {
    columns: names,
    rows: Array.from({ length }, (_, row) => names.map((name) => cell(columns[name]![row]))),
  };
}
