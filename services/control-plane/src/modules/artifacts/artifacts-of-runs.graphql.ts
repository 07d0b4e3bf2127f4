import { Inject } from '@nestjs/common';
import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { ctxIn } from '../../core/access/field-ctx.js';
import { Priced } from '../../core/graphql/limits/price.js';
import type { GraphqlContext } from '../../core/http/request.js';
import { FlowRunObject } from '../runs/index.js';
import { TaskRunObject } from '../task-runs/index.js';
import { ArtifactObject, toArtifactObject, toFilters } from './artifacts.objects.js';
import { ArtifactsService } from './artifacts.service.js';

const shownMax = 100;
const newest = { sort: 'CREATED_DESC', limit: shownMax };

@Resolver(() => FlowRunObject)
export class ArtifactsOfRunResolver {
  constructor(@Inject(ArtifactsService) private readonly service: ArtifactsService) {}

  @Priced({ size: shownMax })
  @ResolveField(() => [ArtifactObject])
  async artifacts(@Parent() run: FlowRunObject, @Context() context: GraphqlContext): Promise<ArtifactObject[]> {
    const ofRun = toFilters({ flowRunIds: [run.id] });
    return (await this.service.list(ctxIn(context, run), ofRun, false, newest)).map(toArtifactObject);
  }
}

@Resolver(() => TaskRunObject)
export class ArtifactsOfTaskRunResolver {
  constructor(@Inject(ArtifactsService) private readonly service: ArtifactsService) {}

  @Priced({ size: shownMax })
  @ResolveField(() => [ArtifactObject])
  async artifacts(@Parent() run: TaskRunObject, @Context() context: GraphqlContext): Promise<ArtifactObject[]> {
    const ofRun = toFilters({ taskRunIds: [run.id] });
    return (await this.service.list(ctxIn(context, run), ofRun, false, newest)).map(toArtifactObject);
  }
}
