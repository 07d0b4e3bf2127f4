import { Inject } from '@nestjs/common';
import { Field, ID, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Priced } from '../../core/graphql/limits/price.js';
import { DateTimeScalar, JsonScalar } from '../../core/graphql/scalars.js';
import { FlowRunObject } from '../runs/index.js';
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

@Resolver(() => FlowRunObject)
export class ArtifactsOfRunResolver {
  constructor(@Inject(ArtifactsService) private readonly service: ArtifactsService) {}

  @Priced({ size: shownMax })
  @ResolveField(() => [ArtifactObject])
  async artifacts(@Parent() run: FlowRunObject): Promise<ArtifactObject[]> {
    const rows = await this.service.list(
      run,
      { artifacts: { operator: 'and_', flow_run_id: { any_: [run.id] } } },
      false,
      {
        sort: 'CREATED_DESC',
        limit: shownMax,
        offset: 0,
      },
    );
    return rows.map(({ id, key, type, description, data, created, task_run_id }) => ({
      id,
      key,
      type,
      description,
      data,
      created,
      taskRunId: task_run_id,
    }));
  }
}
