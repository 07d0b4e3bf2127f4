import { artifactCreate, artifactUpdate } from '@headgate/contracts/rest/artifacts';
import { z } from 'zod';
import { operation } from '../../core/operations/operation.js';
import { byId } from '../../core/operations/shapes.js';
import { ArtifactsService } from './artifacts.service.js';

const artifact = z.object({ id: z.string(), key: z.string().nullable() });
const nameOf = ({ id, key }: z.output<typeof artifact>): string => key ?? id;

export const createArtifact = operation({
  name: 'artifact.create',
  needs: 'write_artifacts',
  input: artifactCreate,
  answer: artifact,
  describe: (_, made) => `Created the artifact ${nameOf(made)}`,
  audit: 'artifact.created',
  by: ArtifactsService,
  change: (artifacts, ctx, tx, draft) => artifacts.create(ctx, tx, draft),
});

export const updateArtifact = operation({
  name: 'artifact.update',
  needs: 'write_artifacts',
  input: z.object({ id: z.string(), change: artifactUpdate }),
  answer: z.void(),
  describe: ({ id }) => `Changed the artifact ${id}`,
  audit: 'artifact.updated',
  by: ArtifactsService,
  change: (artifacts, ctx, tx, { id, change }) => artifacts.update(ctx, tx, id, change),
});

export const deleteArtifact = operation({
  name: 'artifact.delete',
  needs: 'manage_artifacts',
  input: byId,
  answer: artifact,
  describe: (_, gone) => `Deleted the artifact ${nameOf(gone)}`,
  audit: 'artifact.deleted',
  by: ArtifactsService,
  change: (artifacts, ctx, tx, { id }) => artifacts.delete(ctx, tx, id),
});
