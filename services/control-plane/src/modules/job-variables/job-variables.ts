import { Inject, Injectable } from '@nestjs/common';
import type { JobTemplate } from '@headgate/contracts/rest/job-template';
import type { Ctx } from '../../core/access/ctx.js';
import { Budget } from '../../core/documents/budget.js';
import { invalid } from '../../core/errors/app-error.js';
import { wrongOfEach, wrongSchema, wrongValues } from '../../core/json-schema/check.js';
import { BlocksService } from '../blocks/index.js';

type Values = Record<string, unknown>;
type Variables = NonNullable<JobTemplate['variables']>;

export type JobCheck = {
  /** For the error's text: `creating deployment`. */
  doing: string;
  /** Whether nothing will be added any more: then all that the template requires has to be there. */
  complete: boolean;
  /** Of the request. */
  budget: Budget;
};

/** Job variables against the template of a pool: its schema, and the defaults that fill the gaps. */
@Injectable()
export class JobVariables {
  constructor(@Inject(BlocksService) private readonly blocks: BlocksService) {}

  /** For a pool: its defaults have to fit its own schema. */
  async refuseWrongDefaults(ctx: Ctx, { variables }: JobTemplate): Promise<void> {
    if (!variables) return;
    const budget = new Budget(ctx.workspaceId);
    const broken = await wrongSchema(variables, budget);
    if (broken) throw invalid(`Invalid schema: ${broken}`);
    const defaults = await this.defaultsOf(ctx, variables);
    const wrong = await wrongValues(variables, defaults, { ignoreRequired: true, nullOverDefault: true }, budget);
    if (wrong) throw invalid(`Validation failed for work pool's job variable defaults: ${wrong}`);
  }

  /** For a deployment or a run. Defaults that do not fit are left out, and then nothing is missing. */
  async refuseWrong(ctx: Ctx, { variables }: JobTemplate, given: Values, check: JobCheck): Promise<void> {
    if (!variables) return;
    const { budget } = check;
    const defaults = Object.entries(await this.defaultsOf(ctx, variables));
    const each = defaults.map(([name, value]) => ({ [name]: value }));
    const misfits = await wrongOfEach(variables, each, { ignoreRequired: true, literally: true }, budget);
    const fitting = defaults.filter((_, at) => !misfits[at]);
    const ignoreRequired = !check.complete || fitting.length < defaults.length;
    const values = { ...Object.fromEntries(fitting), ...given };
    const wrong = await wrongValues(variables, values, { ignoreRequired, nullOverDefault: true }, budget);
    if (wrong) throw invalid(`Error ${check.doing}: ${wrong}`);
  }

  private async defaultsOf(ctx: Ctx, { properties = {} }: Variables): Promise<Values> {
    const given = Object.entries(properties).filter(([, schema]) => 'default' in schema);
    const values = await this.blocks.inlineData(
      ctx,
      given.map(([, schema]) => schema['default']),
    );
    return Object.fromEntries(given.map(([name], at) => [name, values[at]]).filter(([, value]) => value !== undefined));
  }
}
