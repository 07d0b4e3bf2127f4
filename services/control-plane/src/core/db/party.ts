import { anybody } from '../fair/gate.js';

const named = /\bworkspace_id"? = \$(\d+)/;
const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const textsMax = 1_000;
/** Where in its values each statement names its workspace; 0 where it does not say `workspace_id = $n`. */
const places = new Map<string, number>();

/**
 * Whose statement it is. Every statement names its workspace: as `workspace_id = $n`, or, where it inserts, as the first
 * id among its values. One that carries rows of many, as
 * batches and loops do, is anybody's.
 */
export function partyOf(text: string, values: readonly unknown[] | undefined): string {
  if (!values || values.length === 0) return anybody;
  const at = placeIn(text);
  const value = at > 0 ? values[at - 1] : values.find(isId);
  return isId(value) ? value : anybody;
}

function placeIn(text: string): number {
  let place = places.get(text);
  if (place !== undefined) return place;
  place = Number(named.exec(text)?.[1] ?? 0);
  if (places.size < textsMax) places.set(text, place);
  return place;
}

const isId = (value: unknown): value is string => typeof value === 'string' && value.length === 36 && uuid.test(value);
