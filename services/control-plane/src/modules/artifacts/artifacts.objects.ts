import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { artifactsCount } from '@headgate/contracts/rest/artifacts';
import { checkedInput } from '../../core/graphql/checked-input.js';
import { PageInfoObject, type Whole } from '../../core/graphql/connection.js';
import { DateTimeScalar, JsonScalar } from '../../core/graphql/scalars.js';
import type { ArtifactFilters } from './artifacts.filters.js';
import type { ArtifactRow } from './artifacts.queries.js';

@ObjectType('Artifact')
export class ArtifactObject {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true }) key!: string | null;
  @Field(() => String, { nullable: true }) type!: string | null;
  @Field(() => String, { nullable: true }) description!: string | null;
  @Field(() => JsonScalar, { nullable: true }) data!: unknown;
  @Field(() => JsonScalar, { nullable: true, description: 'Texts by their names, as the client wrote them.' })
  metadata!: unknown;
  @Field(() => DateTimeScalar) created!: string;
  @Field(() => DateTimeScalar) updated!: string;
  @Field(() => ID, { nullable: true }) flowRunId!: string | null;
  @Field(() => ID, { nullable: true }) taskRunId!: string | null;
}

@ObjectType('ArtifactConnection')
export class ArtifactConnectionObject implements Whole<ArtifactsAsked> {
  @Field(() => [ArtifactObject]) nodes!: ArtifactObject[];
  @Field(() => PageInfoObject) pageInfo!: PageInfoObject;
  workspaceId!: string;
  by!: ArtifactsAsked;
}

/** Which artifacts, and whether only the newest of each key. */
export type ArtifactsAsked = { filters: ArtifactFilters; latest: boolean };

@InputType()
export class ArtifactFilterInput {
  @Field(() => String, { nullable: true, description: 'Part of a key.' }) search?: string | null;
  @Field(() => [String], { nullable: true, description: 'One of these.' }) keys?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'One of these.' }) types?: string[] | null;
  @Field(() => [ID], { nullable: true, description: 'Of one of these.' }) flowRunIds?: string[] | null;
  @Field(() => [ID], { nullable: true, description: 'Of one of these.' }) taskRunIds?: string[] | null;
}

@InputType({ description: 'What is left out stays as it is.' })
export class UpdateArtifactInput {
  @Field(() => JsonScalar, { nullable: true }) data?: unknown;
  @Field(() => String, { nullable: true }) description?: string | null;
  @Field(() => JsonScalar, { nullable: true }) metadata?: unknown;
}

export function toFilters({ search, keys, types, flowRunIds, taskRunIds }: ArtifactFilterInput): ArtifactFilters {
  const artifacts = {
    key: { like_: search, any_: keys },
    type: { any_: types },
    flow_run_id: { any_: flowRunIds },
    task_run_id: { any_: taskRunIds },
  };
  return checkedInput(artifactsCount, { artifacts });
}

export const toArtifactObject = (row: ArtifactRow): ArtifactObject => ({
  id: row.id,
  key: row.key,
  type: row.type,
  description: row.description,
  data: row.data,
  metadata: row.metadata,
  created: row.created,
  updated: row.updated,
  flowRunId: row.flow_run_id,
  taskRunId: row.task_run_id,
});
