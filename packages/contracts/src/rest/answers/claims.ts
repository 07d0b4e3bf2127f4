import { z } from 'zod';
import { flowRunAnswer } from './flow-runs.js';
import { id, integer, json, orNull, text, texts } from './shared.js';

/** What our own agents hear when they ask for work, keep it, or give it back. */

const deployment = z.strictObject({
  id,
  name: text,
  version: orNull(text),
  path: orNull(text),
  entrypoint: orNull(text),
  pull_steps: orNull(z.array(json)),
  job_variables: json,
  tags: texts,
});
const claim = z
  .strictObject({
    claim_id: id,
    lease_seconds: integer,
    flow_run: flowRunAnswer,
    flow: z.strictObject({ id, name: text }),
    deployment: orNull(deployment),
  })
  .meta({ id: 'Claim' });

const ids = z.array(id);
export const claimsAnswer = z.strictObject({ runs: z.array(claim), cancelling: ids });
export const renewalAnswer = z.strictObject({ renewed: ids, lost: ids, cancelling: ids });
export const releaseAnswer = z.strictObject({ released: ids });
export const abandonmentAnswer = z.strictObject({ abandoned: ids });
