import { z } from 'zod';
import { absent, limit, offset, uuid, part } from './common.js';
import { filters, operator } from './filters.js';

/** Bodies of the artifact routes. `metadata_` keeps its underscore on the wire. */

const metadataLengthMax = 500;
const shortened = (text: string): string =>
  text.length > metadataLengthMax ? `${text.slice(0, metadataLengthMax)}...` : text;
const metadata = z.record(z.string(), z.string().transform(shortened)).nullish();

export const artifactCreate = z.strictObject({
  key: z
    .string()
    .regex(/^[a-z0-9-]*$/, 'Value error, Artifact key must only contain lowercase letters, numbers, and dashes.')
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
const sub = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape).nullish();
const shared = {
  operator,
  key: sub({ any_: texts, like_: part.nullish(), exists_: z.boolean().nullish() }),
  flow_run_id: sub({ any_: ids }),
  task_run_id: sub({ any_: ids }),
  type: sub({ any_: texts, not_any_: texts }),
};
const artifactFilter = z.strictObject({ ...shared, id: sub({ any_: ids }) });
const collectionFilter = z.strictObject({ ...shared, latest_id: sub({ any_: ids }) });
const sort = absent(z.enum(['CREATED_DESC', 'UPDATED_DESC', 'ID_DESC', 'KEY_DESC', 'KEY_ASC']));

const { flow_runs, task_runs, flows, deployments } = filters;
const byRuns = { flow_runs, task_runs, flows, deployments };
export const artifactsCount = z.object({ artifacts: absent(artifactFilter), ...byRuns });
export const artifactsFilter = z.object({ limit, sort, offset, ...artifactsCount.shape });
export const collectionsCount = z.object({ artifacts: absent(collectionFilter), ...byRuns });
export const collectionsFilter = z.object({ limit, sort, offset, ...collectionsCount.shape });
export type ArtifactsFilter = z.infer<typeof artifactsFilter>;
export type ArtifactFilter = z.infer<typeof artifactFilter> & {
  latest_id?: z.infer<typeof collectionFilter>['latest_id'];
};
