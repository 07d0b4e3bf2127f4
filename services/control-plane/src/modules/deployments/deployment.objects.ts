import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import {
  catchUpDefault,
  isCron,
  isInterval,
  isRRule,
  summarize,
  type Schedule,
} from '@headgate/contracts/schedules/index';
import { PageInfoObject, type Whole } from '../../core/graphql/connection.js';
import { DateTimeScalar, JsonScalar } from '../../core/graphql/scalars.js';
import { Priced } from '../../core/graphql/limits/price.js';
import { scheduleJson, type DeploymentRow, type ScheduleRow } from './deployment.js';

export enum CatchUpKind {
  ALL = 'ALL',
  LATEST = 'LATEST',
  NONE = 'NONE',
  WITHIN = 'WITHIN',
}
registerEnumType(CatchUpKind, {
  name: 'CatchUp',
  description:
    'What becomes of missed runs, those that did not start at their time: all start late, the latest, none, or those that are not too late. The others are skipped.',
});

@ObjectType('SkippedRuns')
export class SkippedRunsObject {
  @Field(() => Int) count!: number;
  @Field({ description: 'There were more than were counted.' }) more!: boolean;
  @Field(() => DateTimeScalar) first!: string;
  @Field(() => DateTimeScalar) last!: string;
  @Field(() => DateTimeScalar) at!: string;
  @Field({ description: 'They are runs that were ended, not only moments for which none was made.' }) made!: boolean;
  @Field() why!: string;
}

@ObjectType('Schedule')
export class ScheduleObject {
  @Field(() => ID) id!: string;
  @Field() active!: boolean;
  @Field(() => String, { nullable: true }) slug!: string | null;
  @Field() kind!: string;
  @Field() summary!: string;
  @Field(() => String, { nullable: true }) timezone!: string | null;
  @Field(() => JsonScalar) schedule!: unknown;
  @Field(() => JsonScalar) parameters!: unknown;
  @Field(() => CatchUpKind) catchUp!: CatchUpKind;
  @Field(() => Int, { nullable: true, description: 'By how much a run may start late, where `catchUp` is WITHIN.' })
  withinSeconds!: number | null;
  @Field(() => SkippedRunsObject, { nullable: true }) lastSkipped!: SkippedRunsObject | null;
}

@ObjectType('Deployment')
export class DeploymentObject {
  @Field(() => ID) id!: string;
  @Field() name!: string;
  @Field() fullName!: string;
  @Field(() => String, { nullable: true }) description!: string | null;
  @Field() paused!: boolean;
  @Field() status!: string;
  @Field(() => [String]) tags!: string[];
  @Field(() => String, { nullable: true }) entrypoint!: string | null;
  @Field(() => String, { nullable: true }) path!: string | null;
  @Field(() => String, { nullable: true }) version!: string | null;
  @Field(() => String, { nullable: true }) workPoolName!: string | null;
  @Field(() => String, { nullable: true }) workQueueName!: string | null;
  @Field(() => JsonScalar) parameters!: unknown;
  @Field(() => JsonScalar) parameterOpenapiSchema!: unknown;
  @Field() enforceParameterSchema!: boolean;
  @Priced({ size: 10 })
  @Field(() => [ScheduleObject])
  schedules!: ScheduleObject[];
  @Field(() => DateTimeScalar) created!: string;
  @Field(() => DateTimeScalar) updated!: string;
  @Field(() => DateTimeScalar, { nullable: true }) lastPolled!: string | null;
  workspaceId!: string;
  flowId!: string;
}

@ObjectType('DeploymentConnection')
export class DeploymentConnectionObject implements Whole<DeploymentFilterInput> {
  @Field(() => [DeploymentObject]) nodes!: DeploymentObject[];
  @Field(() => PageInfoObject) pageInfo!: PageInfoObject;
  workspaceId!: string;
  by!: DeploymentFilterInput;
}

@InputType()
export class DeploymentFilterInput {
  @Field(() => String, { nullable: true }) search?: string;
  @Field(() => ID, { nullable: true }) flowId?: string;
  @Field(() => [String], { nullable: true }) tags?: string[];
  @Field(() => String, { nullable: true }) workPoolName?: string;
}

export enum DeploymentSortInput {
  NAME_ASC = 'NAME_ASC',
  NAME_DESC = 'NAME_DESC',
  FLOW_ASC = 'FLOW_ASC',
  UPDATED_DESC = 'UPDATED_DESC',
  STATUS = 'STATUS',
}
registerEnumType(DeploymentSortInput, {
  name: 'DeploymentSortInput',
  description: 'STATUS: those that nobody takes runs of come first, then the paused ones, then the ready ones.',
});

@InputType({ description: 'When it fires: by one of `cron`, `intervalSeconds` and `rrule`. What is left out stays.' })
export class ScheduleInput {
  @Field(() => String, { nullable: true }) cron?: string | null;
  @Field(() => Float, { nullable: true }) intervalSeconds?: number | null;
  @Field(() => String, { nullable: true }) rrule?: string | null;
  @Field(() => String, { nullable: true, description: 'Of an IANA name; UTC when nothing is said.' })
  timezone?: string | null;
  @Field(() => CatchUpKind, { nullable: true }) catchUp?: CatchUpKind | null;
  @Field(() => Int, { nullable: true, description: 'With `catchUp: WITHIN`.' }) withinSeconds?: number | null;
}

const kindOf = (schedule: Schedule) =>
  isCron(schedule) ? 'cron' : isInterval(schedule) ? 'interval' : isRRule(schedule) ? 'rrule' : 'none';

const upper = <T extends string>(text: T) => text.toUpperCase() as Uppercase<T>;

function toScheduleObject(row: ScheduleRow): ScheduleObject {
  const { schedule } = scheduleJson(row);
  const timezone = 'timezone' in schedule ? schedule.timezone : null;
  const catchUp = row.catch_up ?? catchUpDefault;
  return {
    id: row.id,
    active: row.active,
    slug: row.slug,
    kind: kindOf(schedule),
    summary: summarize(schedule),
    timezone,
    schedule,
    parameters: row.parameters,
    catchUp: typeof catchUp === 'object' ? CatchUpKind.WITHIN : CatchUpKind[upper(catchUp)],
    withinSeconds: typeof catchUp === 'object' ? catchUp.within_seconds : null,
    lastSkipped: row.last_skipped,
  };
}

export const toDeploymentObject = (row: DeploymentRow): DeploymentObject => ({
  id: row.id,
  name: row.name,
  fullName: `${row.flow_name}/${row.name}`,
  description: row.description,
  paused: row.paused,
  status: row.status,
  tags: row.tags,
  entrypoint: row.entrypoint,
  path: row.path,
  version: row.version,
  workPoolName: row.work_pool_name,
  workQueueName: row.work_queue_name,
  parameters: row.parameters,
  parameterOpenapiSchema: row.parameter_openapi_schema ?? {},
  enforceParameterSchema: row.enforce_parameter_schema,
  schedules: row.schedules.map(toScheduleObject),
  created: row.created,
  updated: row.updated,
  lastPolled: row.last_polled,
  workspaceId: row.workspace_id,
  flowId: row.flow_id,
});
