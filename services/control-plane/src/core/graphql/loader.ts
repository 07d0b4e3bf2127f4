import DataLoader from 'dataloader';
import type { GraphqlContext } from '../http/request.js';

const loaders = new WeakMap<object, Map<string, DataLoader<string, unknown>>>();

/**
 * One loader per request and name, so that a list of fifty runs asks for its flows once. `batch` answers in any order;
 * `idOf` says which key a row belongs to; keys without a row give null.
 */
export function loaderOf<Row>(
  context: GraphqlContext,
  name: string,
  batch: (keys: string[]) => Promise<Row[]>,
  idOf: (row: Row) => string,
): DataLoader<string, Row | null> {
  const ofRequest = loaders.get(context.req) ?? new Map<string, DataLoader<string, unknown>>();
  loaders.set(context.req, ofRequest);
  const known = ofRequest.get(name);
  if (known) return known as DataLoader<string, Row | null>;
  const made = new DataLoader<string, Row | null>(async (keys) => {
    const rows = new Map((await batch([...keys])).map((row) => [idOf(row), row]));
    return keys.map((key) => rows.get(key) ?? null);
  });
  ofRequest.set(name, made as DataLoader<string, unknown>);
  return made;
}
