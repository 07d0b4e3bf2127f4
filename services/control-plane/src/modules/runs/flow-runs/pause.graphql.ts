import { Inject } from '@nestjs/common';
import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { parseJson } from '../../../core/json/exact-json.js';
import { FlowRunObject, PauseObject } from './flow-run.objects.js';
import { InputsService } from './inputs.service.js';

/** What a paused run waits for: the schema and the words that it stored when it paused. */
@Resolver(() => FlowRunObject)
export class PauseOfRunResolver {
  constructor(@Inject(InputsService) private readonly inputs: InputsService) {}

  @ResolveField(() => PauseObject, { nullable: true, description: 'Only of a run that is paused.' })
  async pause(@Parent() run: FlowRunObject): Promise<PauseObject | null> {
    if (!run.pausedBy) return null;
    const { pause_timeout: until, run_input_keyset: keys } = run.pausedBy;
    const [schema, description] = await Promise.all([
      this.stored(run, keys?.['schema']),
      this.stored(run, keys?.['description']),
    ]);
    return {
      until,
      wantsInput: Boolean(keys),
      schema: typeof schema === 'object' ? schema : null,
      description: typeof description === 'string' ? description : null,
    };
  }

  private async stored(run: FlowRunObject, key: string | undefined): Promise<unknown> {
    const text = key ? await this.inputs.find(run, run.id, key) : null;
    if (text === null) return null;
    try {
      return parseJson(text);
    } catch {
      // A program of its own may have stored plain words.
      return text;
    }
  }
}
