import { invalid } from '../../core/errors/app-error.js';
import type { DeploymentRow } from './deployment.js';

/** The orders of the web app's list. */
export type DeploymentSort = 'NAME_ASC' | 'NAME_DESC' | 'FLOW_ASC' | 'UPDATED_DESC' | 'STATUS';
export type Place = { key: string; id: string };

/** As the order by status has it, which goes by these words: what nobody takes runs of comes first, what is well last. */
const statusOf = (row: DeploymentRow) => (row.paused ? 'paused' : row.status === 'READY' ? 'ready' : 'not ready');
const nameOf = (row: DeploymentRow) => [row.name];

/** What of a row each order goes by, before the id. */
const keysOf: Record<DeploymentSort, (row: DeploymentRow) => string[]> = {
  NAME_ASC: nameOf,
  NAME_DESC: nameOf,
  FLOW_ASC: (row) => [row.flow_name, row.name],
  UPDATED_DESC: (row) => [row.updated],
  STATUS: (row) => [statusOf(row), row.flow_name, row.name],
};

/** Where a row stands in the list: its keys as one text. */
export const placeInList = (row: DeploymentRow, sort: DeploymentSort): Place => ({
  key: JSON.stringify(keysOf[sort](row)),
  id: row.id,
});

/** The keys of such a place: so many as the order has. */
export function keysIn({ key }: Place, count: number): string[] {
  try {
    const keys = JSON.parse(key) as unknown;
    if (Array.isArray(keys) && keys.length === count && keys.every((each) => typeof each === 'string')) return keys;
  } catch {
    // Falls through to the refusal.
  }
  throw invalid('The cursor is not one of this order.');
}
