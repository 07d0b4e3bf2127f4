import type { VariableFilter, VariableSort } from '@headgate/contracts/rest/variables';
import { sql, type RawBuilder } from 'kysely';
import { anyId, anyText, like, subFilter, tagged, type Predicate } from '../filters/index.js';

const [id, name, tags] = [sql.ref('variable.id'), sql.ref('variable.name'), sql.ref('variable.tags')];
/** A string without its quotes; of anything else the JSON text. */
const valueText = sql`(variable.value::jsonb #>> '{}')`;

type TextFilter = VariableFilter['name'];
const textMatches = (column: RawBuilder<unknown>, filter: TextFilter): Predicate[] =>
  subFilter(filter, ({ any_, like_ }) => [...anyText(column, any_), ...like(column, like_)]);

/** The one predicate over the table `variable` that a filter stands for; none when there is no filter. */
export const variableMatches = (filter: VariableFilter | undefined): Predicate[] =>
  subFilter(filter, (parts) => [
    ...subFilter(parts.id, ({ any_ }) => anyId(id, any_)),
    ...textMatches(name, parts.name),
    ...textMatches(valueText, parts.value),
    ...tagged(tags, parts.tags),
  ]);

/** Names are unique in a workspace; the other keys end in the id, so that pages do not overlap. */
export const variableOrder: Record<VariableSort, RawBuilder<unknown>> = {
  NAME_ASC: sql`variable.name asc`,
  NAME_DESC: sql`variable.name desc`,
  CREATED_DESC: sql`variable.created desc, variable.id`,
  UPDATED_DESC: sql`variable.updated desc, variable.id`,
};
