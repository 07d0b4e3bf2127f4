import { plainReader } from '../output/run-output.js';
import { headgateEnv, prefectAddress, withVirtualEnv } from './environment.js';
import type { Job } from './job.js';
import { ProcessGroup } from './process-group.js';
import type { Runner, Surroundings } from './runner.js';

/** Shell commands: `job_variables.command` of a deployment without an entrypoint. The exit code decides. */
export function commandRunner(around: Surroundings): Runner {
  return {
    name: 'command',
    asksFirst: false,
    handles: (job) => job.command !== null && job.entrypoint === null,
    async start(job) {
      const group = await startShell(job, commandEnv(job, around));
      return { group, reader: plainReader(), reportsStates: false, hearsOfCancellationMs: 0 };
    },
    close: async () => undefined,
  };
}

/** Runs the job's command with the shell. */
export const startShell = (job: Job, env: NodeJS.ProcessEnv): Promise<ProcessGroup> =>
  ProcessGroup.start('/bin/sh', ['-c', job.command!], { cwd: job.workingDir, env });

/** A command may use the clients of Headgate or Prefect: it finds its workspace. */
function commandEnv(job: Job, { connection }: Surroundings): NodeJS.ProcessEnv {
  const parameters = { HEADGATE_PARAMETERS: JSON.stringify(job.parameters) };
  return withVirtualEnv({
    ...process.env,
    ...job.env,
    ...prefectAddress(connection),
    ...headgateEnv(job, connection),
    ...parameters,
  });
}
