import DataLoader from 'dataloader';
import type { Ctx } from '../access/ctx.js';
import { ctxIn } from '../access/field-ctx.js';
import type { GraphqlContext } from '../http/request.js';

const loaders = new WeakMap<object, Map<string, DataLoader<string, unknown>>>();

/**
 * One loader per request, workspace and name, so that a list of fifty runs asks for its flows once; things of two
 * workspaces in one document are never asked for together. `batch` answers in any order;
 * `idOf` says which key a row belongs to; keys without a row give null.
 */
export function loaderOf<Row>(
  context: GraphqlContext,
  of: { workspaceId: string },
  name: string,
  batch: (ctx: Ctx, keys: string[]) => Promise<Row[]>,
  idOf: (row: Row) => string,
): DataLoader<string, Row | null> {
  const ofRequest = loaders.get(context.req) ?? new Map<string, DataLoader<string, unknown>>();
  loaders.set(context.req, ofRequest);
  const key = `${of.workspaceId}:${name}`;
  const known = ofRequest.get(key);
  if (known) return known as DataLoader<string, Row | null>;
  const ctx = ctxIn(context, of);
  const made = new DataLoader<string, Row | null>(async (keys) => {
    const rows = new Map((await batch(ctx, [...keys])).map((row) => [idOf(row), row]));
    return keys.map((key) => rows.get(key) ?? null);
  });
  ofRequest.set(key, made as DataLoader<string, unknown>);
  return made;
}
