import { Inject } from '@nestjs/common';
import { Context, Field, ID, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { ctxIn } from '../../core/access/field-ctx.js';
import { Priced } from '../../core/graphql/limits/price.js';
import { DateTimeScalar, JsonScalar } from '../../core/graphql/scalars.js';
import type { GraphqlContext } from '../../core/http/request.js';
import { FlowRunObject } from '../runs/index.js';
import { TaskRunObject } from '../task-runs/index.js';
import type { ArtifactRow } from './artifacts.queries.js';
import { ArtifactsService } from './artifacts.service.js';

@ObjectType('Artifact')
export class ArtifactObject {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true }) key!: string | null;
  @Field(() => String, { nullable: true }) type!: string | null;
  @Field(() => String, { nullable: true }) description!: string | null;
  @Field(() => JsonScalar, { nullable: true }) data!: unknown;
  @Field(() => DateTimeScalar) created!: string;
  @Field(() => ID, { nullable: true }) taskRunId!: string | null;
}

const shownMax = 100;

const toArtifactObject = (row: ArtifactRow): ArtifactObject => ({
  id: row.id,
  key: row.key,
  type: row.type,
  description: row.description,
  data: row.data,
  created: row.created,
  taskRunId: row.task_run_id,
});

const newest = { sort: 'CREATED_DESC', limit: shownMax, offset: 0 };

@Resolver(() => FlowRunObject)
export class ArtifactsOfRunResolver {
  constructor(@Inject(ArtifactsService) private readonly service: ArtifactsService) {}

  @Priced({ size: shownMax })
  @ResolveField(() => [ArtifactObject])
  async artifacts(@Parent() run: FlowRunObject, @Context() context: GraphqlContext): Promise<ArtifactObject[]> {
    const ofRun = { artifacts: { operator: 'and_' as const, flow_run_id: { any_: [run.id] } } };
    return (await this.service.list(ctxIn(context, run), ofRun, false, newest)).map(toArtifactObject);
  }
}

@Resolver(() => TaskRunObject)
export class ArtifactsOfTaskRunResolver {
  constructor(@Inject(ArtifactsService) private readonly service: ArtifactsService) {}

  @Priced({ size: shownMax })
  @ResolveField(() => [ArtifactObject])
  async artifacts(@Parent() run: TaskRunObject, @Context() context: GraphqlContext): Promise<ArtifactObject[]> {
    const ofRun = { artifacts: { operator: 'and_' as const, task_run_id: { any_: [run.id] } } };
    return (await this.service.list(ctxIn(context, run), ofRun, false, newest)).map(toArtifactObject);
  }
}
