import { z } from 'zod';
import { entity, id, orNull, text } from './shared.js';

const about = {
  ...entity,
  type: orNull(text),
  description: orNull(text),
  data: z.unknown(),
  metadata_: orNull(z.record(z.string(), z.string())),
  flow_run_id: orNull(id),
  task_run_id: orNull(id),
};

export const artifactAnswer = z.strictObject({ ...about, key: orNull(text) }).meta({ id: 'Artifact' });
export const artifactsAnswer = z.array(artifactAnswer);
/** A key, and the newest artifact under it. */
export const collectionsAnswer = z.array(
  z.strictObject({ ...about, key: text, latest_id: id }).meta({ id: 'ArtifactCollection' }),
);
