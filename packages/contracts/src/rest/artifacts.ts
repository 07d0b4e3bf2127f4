import { z } from 'zod';
import { absent, limit, offset, uuid } from './common.js';

/** Bodies of the artifact routes. `metadata_` keeps its underscore on the wire. */

const metadata = z
  .record(
    z.string(),
    z.string().transform((text) => text.slice(0, 500)),
  )
  .nullish();

export const artifactCreate = z.strictObject({
  key: z
    .string()
    .regex(/^[a-z0-9-]*$/, 'Artifact key must only contain lowercase letters, numbers, and dashes')
    .nullish(),
  type: z.string().nullish(),
  description: z.string().nullish(),
  data: z.unknown().optional(),
  metadata_: metadata,
  flow_run_id: uuid.nullish(),
  task_run_id: uuid.nullish(),
});
export const artifactUpdate = z.strictObject({
  data: z.unknown().optional(),
  description: z.string().nullish(),
  metadata_: metadata,
});

const texts = z.array(z.string()).nullish();
const ids = z.array(uuid).nullish();
const shared = {
  operator: z.enum(['and_', 'or_']).nullish(),
  key: z.strictObject({ any_: texts, like_: z.string().nullish(), exists_: z.boolean().nullish() }).nullish(),
  flow_run_id: z.strictObject({ any_: ids }).nullish(),
  task_run_id: z.strictObject({ any_: ids }).nullish(),
  type: z.strictObject({ any_: texts, not_any_: texts }).nullish(),
};
const artifactFilter = z.strictObject({ ...shared, id: z.strictObject({ any_: ids }).nullish() });
const collectionFilter = z.strictObject({ ...shared, latest_id: z.strictObject({ any_: ids }).nullish() });
const sort = absent(z.enum(['ID_DESC', 'CREATED_DESC', 'UPDATED_DESC', 'KEY_DESC', 'KEY_ASC']));

export const artifactsFilter = z.object({ artifacts: absent(artifactFilter), sort, limit, offset });
export const collectionsFilter = z.object({ artifacts: absent(collectionFilter), sort, limit, offset });
export type ArtifactFilter = z.infer<typeof artifactFilter> & {
  latest_id?: z.infer<typeof collectionFilter>['latest_id'];
};
