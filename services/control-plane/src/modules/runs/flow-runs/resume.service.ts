import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import Ajv from 'ajv/dist/2020.js';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { wireTime } from '../../../core/events/events.js';
import type { OrchestrationResult } from '../moves/result.js';
import { FlowRunsService } from './flow-runs.service.js';
import { findInput, insertInput } from './inputs.queries.js';

/** Lets a paused run go on, with the input that it waits for. */
@Injectable()
export class ResumeService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
  ) {}

  async resume(
    ctx: Pick<Ctx, 'workspaceId'>,
    id: string,
    runInput: Record<string, unknown> | undefined,
  ): Promise<OrchestrationResult> {
    const { state } = await this.runs.get(ctx, id);
    if (state?.type !== 'PAUSED') return refused(null, 'ABORT', 'Cannot resume a flow run that is not paused.');
    const keyset = state.state_details.run_input_keyset;
    if (keyset) {
      const wrong = await this.storeInput(ctx, id, keyset, runInput ?? {});
      if (wrong) return refused(state, 'REJECT', `Reason: ${wrong}`);
    }
    const next = state.state_details.pause_reschedule
      ? { type: 'SCHEDULED' as const, name: 'Resuming', state_details: { scheduled_time: wireTime() } }
      : { type: 'RUNNING' as const };
    return this.runs.setState(ctx, id, next);
  }

  /** Checks the input against the schema that the run stored when it paused. Answers what is wrong. */
  private async storeInput(
    ctx: Pick<Ctx, 'workspaceId'>,
    id: string,
    keyset: Record<string, string>,
    given: Record<string, unknown>,
  ): Promise<string | null> {
    const stored = await findInput(this.database.db, ctx.workspaceId, id, keyset['schema'] ?? '');
    if (!stored) return 'Run input schema not found.';
    const schema = JSON.parse(stored.value) as { properties?: Record<string, { default?: unknown }> };
    const defaults = Object.entries(schema.properties ?? {}).flatMap(([key, property]) =>
      'default' in property ? [[key, property.default]] : [],
    );
    const input = { ...Object.fromEntries(defaults), ...given };
    const wrong = validate(schema, input);
    if (wrong) return wrong;
    await insertInput(this.database.db, ctx.workspaceId, {
      id: newId(),
      flow_run_id: id,
      key: keyset['response'] ?? '',
      value: JSON.stringify(input),
      sender: null,
    });
    return null;
  }
}

function validate(schema: object, input: object): string | null {
  const ajv = new Ajv.default({ strict: false, allErrors: false, logger: false, validateFormats: false });
  const check = ajv.compile({ ...schema, $id: undefined });
  if (check(input)) return null;
  const [error] = check.errors ?? [];
  const field = error?.instancePath.slice(1).replaceAll('/', '.');
  const missing =
    error?.keyword === 'required'
      ? `'${(error.params as { missingProperty: string }).missingProperty}' is a required property`
      : error?.message;
  return field
    ? `Validation failed for field '${field}'. Failure reason: ${missing}`
    : `Validation failed. Failure reason: ${missing}`;
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
