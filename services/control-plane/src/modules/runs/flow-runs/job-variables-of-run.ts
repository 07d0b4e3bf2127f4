import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { Budget } from '../../../core/documents/budget.js';
import { badRequest } from '../../../core/errors/app-error.js';
import { JobVariables } from '../../job-variables/index.js';
import type { FlowRunRow } from './flow-run.js';
import { findJobOfDeployment } from './job-variables-of-run.queries.js';

/** Whether the job variables of a run that is there already may become others. */
@Injectable()
export class JobVariablesOfRun {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(JobVariables) private readonly variables: JobVariables,
  ) {}

  /** They may only while the run waits for its time, and have to fit the pool of its deployment. */
  async refuseChange(
    ctx: Ctx,
    run: Pick<FlowRunRow, 'state_type' | 'deployment_id'>,
    given: Record<string, unknown>,
  ): Promise<void> {
    if (!run.state_type) throw badRequest('Flow run state is required to update job variables but none exists');
    if (run.state_type !== 'SCHEDULED')
      throw badRequest(`Job variables for a flow run in state ${run.state_type} cannot be updated`);
    const deployment =
      run.deployment_id && (await findJobOfDeployment(this.database.db, ctx.workspaceId, run.deployment_id));
    if (!deployment) throw badRequest('A deployment for the flow run could not be found');
    const { base_job_template: template, job_variables } = deployment;
    const check = { doing: 'updating flow run', complete: true, budget: new Budget(ctx.workspaceId) };
    if (template) await this.variables.refuseWrong(ctx, template, { ...job_variables, ...given }, check);
  }
}
