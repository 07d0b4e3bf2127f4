import type { FlowRunJson } from '../client/index.js';
import { ParameterError } from '../errors.js';
import { validated } from '../parameters.js';
import type { Reporter } from '../report/reporter.js';
import { adoptRun } from '../report/server-report.js';
import { delayBefore } from '../retry.js';
import { failedBy, type State } from '../states.js';
import { runOpened, type FlowDefinition } from './run-flow.js';

/** Runs a run that the control plane has made, with the parameters that it holds. */
export async function runFoundRun(
  flow: FlowDefinition,
  reporter: Reporter,
  run: FlowRunJson,
  claimId: string | null,
  signal?: AbortSignal,
): Promise<State> {
  const opened = adoptRun(reporter, run, flow.name, claimId);
  const { retries = 0, retryDelaySeconds, version, tags = [] } = flow.options;
  const policy = {
    ...run.empirical_policy,
    retries: (run.empirical_policy['retries'] as number | null) ?? retries,
    retry_delay: delayBefore(1, retryDelaySeconds),
  };
  await reporter.client.updateFlowRun(run.id, {
    empirical_policy: policy,
    tags: [...new Set([...run.tags, ...tags])],
    ...(version && { flow_version: version }),
  });
  try {
    const parameters = await validated(flow.options.parameters, run.parameters, flow.name);
    // A run that was suspended goes on with its attempt.
    const resumed = Boolean(run.empirical_policy['resuming']);
    const earlierAttempts = resumed ? Math.max(0, run.run_count - 1) : run.run_count;
    return await runOpened(flow, opened, parameters, { signal, resumed, earlierAttempts });
  } catch (error) {
    if (!(error instanceof ParameterError)) throw error;
    const failed = failedBy(error);
    await opened.report.propose(failed);
    await opened.report.close();
    return failed;
  }
}
