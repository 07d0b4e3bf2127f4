import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';

/** Documents, or all of a schema, or all of a type. */
type Leaving = { id: string } | { block_schema_id: string } | { block_type_id: string };

/**
 * Before documents are deleted: the deployments that name them as their storage or infrastructure let go of them, and
 * so do the runs of these that still wait. Runs that have begun keep saying what they began with.
 */
export async function letGoOfDocuments(tx: Db, workspaceId: string, leaving: Leaving): Promise<void> {
  const [[column, value]] = Object.entries(leaving) as [[string, string]];
  await sql`
    with leaving as (select id from block_document where workspace_id = ${workspaceId} and ${sql.ref(column)} = ${value}),
    deployments as (
      update deployment d set updated = now(),
             storage_document_id = case when d.storage_document_id in (table leaving) then null else d.storage_document_id end,
             infrastructure_document_id = case when d.infrastructure_document_id in (table leaving) then null else d.infrastructure_document_id end
       where d.workspace_id = ${workspaceId}
         and (d.storage_document_id in (table leaving) or d.infrastructure_document_id in (table leaving))
      returning d.id),
    waiting as (
      select r.id from deployments d
        join run_queue q on q.workspace_id = ${workspaceId} and q.deployment_id = d.id
        join flow_run r on r.workspace_id = q.workspace_id and r.id = q.flow_run_id
       where r.infrastructure_document_id in (table leaving) order by r.id for no key update of r)
    update flow_run r set infrastructure_document_id = null from waiting w
     where r.workspace_id = ${workspaceId} and r.id = w.id`.execute(tx);
}
