import { hot } from '../../core/db/fixed.js';

/** Stores events of any workspaces; answers those that were not there. Parameters: a JSON array of rows. */
export const storeEvents = hot<{ workspace_id: string; id: string }>(
  'event.store',
  `insert into event (workspace_id, occurred, dated, id, received, event, resource_id, resource, related, payload, follows)
   select e.workspace_id, e.at, e.dated, e.id, e.received, e.event, e.resource->>'prefect.resource.id', e.resource, e.related, e.payload, e.follows
     from jsonb_to_recordset($1::jsonb) as e(workspace_id uuid, at timestamptz, dated timestamptz, id uuid, received timestamptz, event text, resource jsonb, related jsonb, payload jsonb, follows uuid)
   on conflict do nothing returning workspace_id, id`,
);
