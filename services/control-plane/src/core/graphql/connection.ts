import { Field, ObjectType } from '@nestjs/graphql';
import { invalid } from '../errors/app-error.js';

@ObjectType('PageInfo')
export class PageInfoObject {
  @Field() hasNextPage!: boolean;
  @Field(() => String, { nullable: true }) endCursor!: string | null;
}

/** The place after a row in an ordered list: the value that it is sorted by, and its id. Opaque to clients. */
type Cursor = { key: string; id: string };

export const encodeCursor = ({ key, id }: Cursor): string =>
  Buffer.from(JSON.stringify([key, id])).toString('base64url');

export function decodeCursor(text: string | null | undefined): Cursor | null {
  if (!text) return null;
  try {
    const [key, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [string, string];
    if (typeof key === 'string' && typeof id === 'string') return { key, id };
  } catch {
    // Falls through to the refusal.
  }
  throw invalid('The cursor is not one of ours.');
}

/** All that a connection shows a page of: for what is asked of the whole. Not fields themselves. */
export type Whole<By> = { workspaceId: string; by: By };

export const ofAllPages = { description: 'How many there are on all pages.' };

/** A page of one row more than was asked for tells whether there is a next one. */
export function toConnection<Row, Node>(
  rows: Row[],
  first: number,
  node: (row: Row) => Node,
  cursor: (row: Row) => Cursor,
) {
  const shown = rows.slice(0, first);
  const last = shown.at(-1);
  return {
    nodes: shown.map(node),
    pageInfo: { hasNextPage: rows.length > first, endCursor: last ? encodeCursor(cursor(last)) : null },
  };
}

const firstMax = 200;

export function checkedFirst(first: number, max = firstMax): number {
  if (first < 1 || first > max) throw invalid(`first must be between 1 and ${max}.`);
  return first;
}
