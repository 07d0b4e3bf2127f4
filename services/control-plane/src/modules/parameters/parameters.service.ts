import { Inject, Injectable } from '@nestjs/common';
import type { CheckedValuesJson } from '@headgate/contracts/rest/answers/screens';
import DataLoader from 'dataloader';
import type { Ctx } from '../../core/access/ctx.js';
import { Budget } from '../../core/documents/budget.js';
import { badRequest, conflict } from '../../core/errors/app-error.js';
import type { JsonSchema } from '../../core/json-schema/prepare-schema.js';
import { wrongValues } from '../../core/json-schema/check.js';
import { VariablesService } from '../variables/index.js';
import { checkValues } from './check-values.js';
import { hydrate, HydrationError, type FindVariable } from './hydrate.js';

type Parameters = Record<string, unknown>;

export type ParameterCheck = {
  /** For the error's text: `creating flow run`. */
  doing: string;
  /** Null: parameters are taken as they are. */
  schema: JsonSchema | null;
  /** Whether all that the schema requires has to be there. */
  complete: boolean;
};

/** Parameters of flows, as they are given and as they are meant. */
@Injectable()
export class ParametersService {
  constructor(@Inject(VariablesService) private readonly variables: VariablesService) {}

  /** The parameters with their values resolved. Throws a HydrationError for a value that cannot be. */
  async resolved(ctx: Ctx, given: Parameters, budget: Budget): Promise<Parameters> {
    if (!JSON.stringify(given).includes('"__prefect_kind"')) return given;
    return hydrate(given, this.variableOf(ctx), budget);
  }

  /** All variables that are asked for at the same time are read in one statement. */
  private variableOf(ctx: Ctx): FindVariable {
    const variables = new DataLoader(async (names: readonly string[]) => {
      const values = await this.variables.valuesOf(ctx, [...names]);
      return names.map((name) => (values.has(name) ? { value: values.get(name) } : undefined));
    });
    return (name) => variables.load(name);
  }

  /** All that is wrong with values, field by field. */
  fieldByField(ctx: Ctx, schema: JsonSchema, values: Parameters): Promise<CheckedValuesJson> {
    return checkValues(schema, values, this.variableOf(ctx), new Budget(ctx.workspaceId));
  }

  /** Resolved, and held against a schema. Throws 400 for a value that cannot be, 409 for what does not fit. */
  async checked(
    ctx: Ctx,
    given: Parameters,
    { doing, schema, complete }: ParameterCheck,
    budget: Budget,
  ): Promise<Parameters> {
    const parameters = await this.resolved(ctx, given, budget).catch((error: unknown) => {
      if (!(error instanceof HydrationError)) throw error;
      throw badRequest(`Error hydrating ${doing.replace(/^\w+ /, '')} parameters: ${error.message}`);
    });
    const wrong = schema && (await wrongValues(schema, parameters, { ignoreRequired: !complete }, budget));
    if (wrong) throw conflict(`Error ${doing}: ${wrong}`);
    return parameters;
  }
}
