import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { Budget } from '../../../core/documents/budget.js';
import { wireTime } from '../../../core/events/events.js';
import type { JsonSchema } from '../../../core/json-schema/prepare-schema.js';
import { wrongValues } from '../../../core/json-schema/check.js';
import { AppError } from '../../../core/errors/app-error.js';
import { stringifyExact } from '../../../core/json/exact-json.js';
import { HydrationError, ParametersService } from '../../parameters/index.js';
import type { OrchestrationResult } from '../moves/result.js';
import type { SetStateOptions } from '../moves/set-state.js';
import { FlowRunsService } from './flow-runs.service.js';
import { findInput, replaceInput, takeBackInput } from './inputs.queries.js';

type Input = Record<string, unknown>;

/** Who laid an answer there and did not let the run go on within this time was cut off. */
const answeringSeconds = 30;

/** Lets a paused run go on, with the input that it waits for. Of several who do at once, one does; the others are told. */
@Injectable()
export class ResumeService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(ParametersService) private readonly parameters: ParametersService,
  ) {}

  async resume(
    ctx: Ctx,
    id: string,
    given: Input | undefined,
    options?: SetStateOptions,
  ): Promise<OrchestrationResult> {
    const { state } = await this.runs.get(ctx, id);
    if (state?.type !== 'PAUSED') return refused(null, 'ABORT', 'Cannot resume a flow run that is not paused.');
    const keyset = state.state_details.run_input_keyset;
    const { input, wrong } = await this.checkedInput(ctx, id, keyset, given ?? {});
    if (wrong) return refused(state, 'REJECT', wrong);
    const next = state.state_details.pause_reschedule
      ? { type: 'SCHEDULED' as const, name: 'Resuming', state_details: { scheduled_time: wireTime() } }
      : { type: 'RUNNING' as const };
    // It goes on from this pause only: another person may have let it go on meanwhile.
    const goOn = () => this.runs.setState(ctx, id, next, { ...options, ifState: state.id });
    const key = keyset?.['response'];
    if (!key || !input || Object.keys(input).length === 0) return goOn();
    // It lies there before the run goes on: who waits for the run looks for it at once.
    const row = { id: newId(), flow_run_id: id, key, value: stringifyExact(input), sender: null };
    if (!(await replaceInput(this.database.db, ctx.workspaceId, row, answeringSeconds)))
      return refused(state, 'REJECT', 'Somebody else is resuming this flow run.');
    const result = await goOn();
    if (result.status !== 'ACCEPT') await takeBackInput(this.database.db, ctx.workspaceId, id, row.id);
    return result;
  }

  /** The input with its values resolved, when the run waits for one, or what is wrong with it. */
  private async checkedInput(
    ctx: Ctx,
    id: string,
    keyset: Record<string, string> | null | undefined,
    given: Input,
  ): Promise<{ input?: Input; wrong?: string | null }> {
    if (!keyset) return {};
    const budget = new Budget(ctx.workspaceId);
    try {
      const input = await this.parameters.resolved(ctx, given, budget);
      return { input, wrong: await this.wrongInput(ctx, id, keyset['schema'] ?? '', input, budget) };
    } catch (error) {
      if (error instanceof HydrationError) return { wrong: `Error hydrating run input: ${error.message}` };
      throw error;
    }
  }

  /** Checks the input against the schema that the run stored when it paused. Answers what is wrong. */
  private async wrongInput(
    ctx: Ctx,
    id: string,
    schemaKey: string,
    given: Input,
    budget: Budget,
  ): Promise<string | null> {
    const stored = await findInput(this.database.db, ctx.workspaceId, id, schemaKey);
    if (!stored) return 'Run input schema not found.';
    const schema = parsed(stored.value);
    if (!schema) return 'Run input schema is not valid JSON.';
    try {
      const wrong = await wrongValues(schema, given, {}, budget);
      return wrong && `Reason: ${wrong}`;
    } catch (error) {
      if (error instanceof AppError && error.kind === 'invalid') return error.message;
      throw error;
    }
  }
}

function parsed(text: string): JsonSchema | null {
  try {
    const schema: unknown = JSON.parse(text);
    return typeof schema === 'object' && schema !== null ? (schema as JsonSchema) : null;
  } catch {
    return null;
  }
}

const refused = (
  state: OrchestrationResult['state'],
  status: 'REJECT' | 'ABORT',
  reason: string,
): OrchestrationResult => ({
  state,
  status,
  // The wire says abort_details here also for a rejection.
  details: { type: 'abort_details', reason },
  written: false,
});
