import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { DateTimeScalar } from '../../../core/graphql/scalars.js';
import type { WorkQueueRow } from './work-queue.js';

@ObjectType('WorkQueue')
export class WorkQueueObject {
  @Field(() => ID) id!: string;
  @Field() name!: string;
  @Field() description!: string;
  @Field() status!: string;
  @Field() isPaused!: boolean;
  @Field(() => Int, { nullable: true }) concurrencyLimit!: number | null;
  /** The lower, the earlier it is served. */
  @Field(() => Int) priority!: number;
  @Field(() => DateTimeScalar, { nullable: true }) lastPolled!: string | null;
  @Field(() => DateTimeScalar) created!: string;
  @Field() workPoolName!: string;
  workspaceId!: string;
}

export const toWorkQueueObject = (row: WorkQueueRow): WorkQueueObject => ({
  id: row.id,
  name: row.name,
  description: row.description,
  status: row.is_paused ? 'PAUSED' : row.status,
  isPaused: row.is_paused,
  concurrencyLimit: row.concurrency_limit,
  priority: row.priority,
  lastPolled: row.last_polled,
  created: row.created,
  workPoolName: row.work_pool_name,
  workspaceId: row.workspace_id,
});

@InputType()
export class CreateWorkQueueInput {
  @Field() name!: string;
  @Field(() => String, { nullable: true }) description?: string | null;
  @Field(() => Boolean, { nullable: true }) isPaused?: boolean | null;
  @Field(() => Int, { nullable: true }) concurrencyLimit?: number | null;
  @Field(() => Int, { nullable: true, description: 'The lower, the earlier it is served.' }) priority?: number | null;
}

@InputType({ description: 'What is not named stays; null clears the limit.' })
export class UpdateWorkQueueInput {
  @Field(() => String, { nullable: true }) name?: string | null;
  @Field(() => String, { nullable: true }) description?: string | null;
  @Field(() => Int, { nullable: true }) concurrencyLimit?: number | null;
  @Field(() => Int, { nullable: true }) priority?: number | null;
}
