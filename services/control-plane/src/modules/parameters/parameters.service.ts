import { Inject, Injectable } from '@nestjs/common';
import type { CheckedValuesJson } from '@headgate/contracts/rest/answers/screens';
import DataLoader from 'dataloader';
import type { Ctx } from '../../core/access/ctx.js';
import { Budget } from '../../core/documents/budget.js';
import { badRequest, conflict } from '../../core/errors/app-error.js';
import { InvalidRequest } from '../../core/http/zod-body.js';
import type { JsonSchema } from '../../core/json-schema/prepare-schema.js';
import { wrongSchema, wrongValues } from '../../core/json-schema/check.js';
import { VariablesService } from '../variables/index.js';
import { checkValues } from './check-values.js';
import { hydrate, HydrationError, type FindVariable } from './hydrate.js';

type Asker = Pick<Ctx, 'workspaceId'>;
type Parameters = Record<string, unknown>;

export type ParameterCheck = {
  /** For the error's text: `creating flow run`. */
  doing: string;
  /** Null: parameters are taken as they are. */
  schema: JsonSchema | null;
  /** Whether all that the schema requires has to be there. */
  complete: boolean;
};

type Insistence = {
  enforce_parameter_schema?: boolean | null | undefined;
  parameter_openapi_schema?: JsonSchema | null | undefined;
  parameters?: Parameters | null | undefined;
};

/** Parameters of flows, as they are given and as they are meant. */
@Injectable()
export class ParametersService {
  constructor(@Inject(VariablesService) private readonly variables: VariablesService) {}

  /** The parameters with their values resolved. Throws a HydrationError for a value that cannot be. */
  async resolved(ctx: Asker, given: Parameters, budget: Budget): Promise<Parameters> {
    if (!JSON.stringify(given).includes('"__prefect_kind"')) return given;
    return hydrate(given, this.variableOf(ctx), budget);
  }

  /** All variables that are asked for at the same time are read in one statement. */
  private variableOf(ctx: Asker): FindVariable {
    const variables = new DataLoader(async (names: readonly string[]) => {
      const values = await this.variables.valuesOf(ctx, [...names]);
      return names.map((name) => (values.has(name) ? { value: values.get(name) } : undefined));
    });
    return (name) => variables.load(name);
  }

  /** All that is wrong with values, field by field. */
  fieldByField(ctx: Asker, schema: JsonSchema, values: Parameters): Promise<CheckedValuesJson> {
    return checkValues(schema, values, this.variableOf(ctx), new Budget(ctx.workspaceId));
  }

  /**
   * For deployments that insist on the schema when they are made: what they bring is held against it as it is written,
   * unresolved. Throws `invalid` in the envelope of requests that do not parse.
   */
  async refuseMisfits(body: Insistence, budget: Budget): Promise<void> {
    const { enforce_parameter_schema: insists, parameter_openapi_schema: schema, parameters } = body;
    if (!insists || !schema) return;
    const broken = await wrongSchema(schema, budget);
    const wrong = broken
      ? `The provided schema is not a valid json schema. Schema error: ${broken}`
      : await wrongValues(schema, parameters ?? {}, { ignoreRequired: true, literally: true }, budget);
    if (!wrong) return;
    const issue = { type: 'value_error', loc: ['body'], msg: `Value error, ${wrong}`, input: body, ctx: { error: {} } };
    throw new InvalidRequest([issue], body);
  }

  /** Resolved, and held against a schema. Throws 400 for a value that cannot be, 409 for what does not fit. */
  async checked(
    ctx: Asker,
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
