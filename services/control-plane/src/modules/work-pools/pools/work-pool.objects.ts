import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { DateTimeScalar, JsonScalar } from '../../../core/graphql/scalars.js';
import { PageInfoObject, type Whole } from '../../../core/graphql/connection.js';
import type { RosterRow } from '../workers/workers.queries.js';
import type { WorkPoolRow } from './work-pool.js';

@ObjectType('Worker')
export class WorkerObject {
  @Field(() => ID) id!: string;
  @Field() name!: string;
  @Field() status!: string;
  @Field(() => DateTimeScalar, { nullable: true }) lastHeartbeat!: string | null;
  @Field(() => Int, { nullable: true }) heartbeatIntervalSeconds!: number | null;
  @Field(() => Int, { nullable: true, description: 'How many agents go by this name; null for a Prefect worker.' })
  agents!: number | null;
}

@ObjectType('WorkPool')
export class WorkPoolObject {
  @Field(() => ID) id!: string;
  @Field() name!: string;
  @Field() type!: string;
  @Field(() => String, { nullable: true }) status!: string | null;
  @Field() isPaused!: boolean;
  @Field(() => Int, { nullable: true }) concurrencyLimit!: number | null;
  @Field(() => String, { nullable: true }) description!: string | null;
  @Field(() => DateTimeScalar) created!: string;
  @Field(() => DateTimeScalar) updated!: string;
  @Field(() => JsonScalar) baseJobTemplate!: unknown;
  @Field(() => ID) defaultQueueId!: string;
  workspaceId!: string;
}

@ObjectType('WorkPoolConnection')
export class WorkPoolConnectionObject implements Whole<null> {
  @Field(() => [WorkPoolObject]) nodes!: WorkPoolObject[];
  @Field(() => PageInfoObject) pageInfo!: PageInfoObject;
  workspaceId!: string;
  by!: null;
}

export const toWorkerObject = (row: RosterRow): WorkerObject => ({
  id: row.id,
  name: row.name,
  status: row.status,
  lastHeartbeat: row.last_heartbeat_time,
  heartbeatIntervalSeconds: row.heartbeat_interval_seconds,
  agents: row.agents,
});

export const toWorkPoolObject = (row: WorkPoolRow): WorkPoolObject => ({
  id: row.id,
  name: row.name,
  type: row.type,
  status: row.status,
  isPaused: row.is_paused,
  concurrencyLimit: row.concurrency_limit,
  description: row.description,
  created: row.created,
  updated: row.updated,
  baseJobTemplate: row.base_job_template,
  defaultQueueId: row.default_queue_id,
  workspaceId: row.workspace_id,
});

@InputType()
export class CreateWorkPoolInput {
  @Field() name!: string;
  @Field() type!: string;
  @Field(() => String, { nullable: true }) description?: string | null;
  @Field(() => JsonScalar, { nullable: true }) baseJobTemplate?: Record<string, unknown> | null;
  @Field(() => Boolean, { nullable: true }) isPaused?: boolean | null;
  @Field(() => Int, { nullable: true }) concurrencyLimit?: number | null;
}

/** What is not named stays; null clears the description or the limit. */
@InputType({ description: 'What is not named stays; null clears the description or the limit.' })
export class UpdateWorkPoolInput {
  @Field(() => String, { nullable: true }) description?: string | null;
  @Field(() => JsonScalar, { nullable: true }) baseJobTemplate?: Record<string, unknown> | null;
  @Field(() => Int, { nullable: true }) concurrencyLimit?: number | null;
}
