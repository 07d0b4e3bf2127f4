import type { ArtifactFilter, ArtifactsFilter } from '@headgate/contracts/rest/artifacts';
import { sql, type RawBuilder } from 'kysely';
import { anyId, anyText, holds, like, notAnyText, predicatesFor, subFilter, type Predicate } from '../filters/index.js';

/** A filter over artifacts, and those over the runs that made them. */
export type ArtifactFilters = Pick<Partial<ArtifactsFilter>, 'flow_runs' | 'task_runs' | 'flows' | 'deployments'> & {
  artifacts?: ArtifactFilter | undefined;
};

const column = (name: string): RawBuilder<unknown> => sql.ref(`artifact.${name}`);

function whereArtifact(filter: ArtifactFilter): Predicate[] {
  return [
    ...subFilter(filter.id, ({ any_ }) => anyId(column('id'), any_)),
    ...subFilter(filter.latest_id, ({ any_ }) => anyId(sql`c.latest_id`, any_)),
    ...subFilter(filter.key, ({ any_, like_, exists_ }) => [
      ...anyText(column('key'), any_),
      ...like(column('key'), like_),
      ...holds(sql`artifact.key is not null`, exists_),
    ]),
    ...subFilter(filter.flow_run_id, ({ any_ }) => anyId(column('flow_run_id'), any_)),
    ...subFilter(filter.task_run_id, ({ any_ }) => anyId(column('task_run_id'), any_)),
    ...subFilter(filter.type, ({ any_, not_any_ }) => [
      ...anyText(column('type'), any_),
      ...notAnyText(column('type'), not_any_),
    ]),
  ];
}

/** The rest of a `where` over the table `artifact`, whose workspace is named already. */
export function conditionsOf(workspaceId: string, { artifacts, ...others }: ArtifactFilters): RawBuilder<unknown> {
  const where = [...subFilter(artifacts, whereArtifact), ...predicatesFor('artifact', workspaceId, others)];
  return where.length > 0 ? sql`and ${sql.join(where, sql` and `)}` : sql``;
}
