import { Inject } from '@nestjs/common';
import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { Ctx } from '../../../core/access/ctx.js';
import { ctxIn } from '../../../core/access/field-ctx.js';
import type { GraphqlContext } from '../../../core/http/request.js';
import { parseJson } from '../../../core/json/exact-json.js';
import { FlowRunObject, PauseObject } from './flow-run.objects.js';
import { InputsService } from './inputs.service.js';

/** What a paused run waits for: the schema and the words that it stored when it paused. */
@Resolver(() => FlowRunObject)
export class PauseOfRunResolver {
  constructor(@Inject(InputsService) private readonly inputs: InputsService) {}

  @ResolveField(() => PauseObject, { nullable: true, description: 'Only of a run that is paused.' })
  async pause(@Parent() run: FlowRunObject, @Context() context: GraphqlContext): Promise<PauseObject | null> {
    if (!run.pausedBy) return null;
    const ctx = ctxIn(context, run);
    const { pause_timeout: until, run_input_keyset: keys } = run.pausedBy;
    const [schema, description] = await Promise.all([
      this.stored(ctx, run.id, keys?.['schema']),
      this.stored(ctx, run.id, keys?.['description']),
    ]);
    return {
      until,
      wantsInput: Boolean(keys),
      schema: typeof schema === 'object' ? schema : null,
      description: typeof description === 'string' ? description : null,
    };
  }

  private async stored(ctx: Ctx, runId: string, key: string | undefined): Promise<unknown> {
    const text = key ? await this.inputs.find(ctx, runId, key) : null;
    if (text === null) return null;
    try {
      return parseJson(text);
    } catch {
      // A program of its own may have stored plain words.
      return text;
    }
  }
}
