import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { startShell } from './command.js';
import { headgateEnv, prefectAddress, withVirtualEnv } from './environment.js';
import { CannotStart, type Job } from './job.js';
import { ProcessGroup } from './process-group.js';
import { endWhatEnginesLeave } from './python-engine.js';
import { PrefectOutput, prefectLogEnv } from './python-output.js';
import type { Runner, Surroundings } from './runner.js';
import { isTypeScript } from './typescript.js';

/** Prefect's client hears of a cancellation by socket at once, by polling after ten seconds; it then runs the flow's hooks. */
const hearsOfCancellationMs = 15_000;

/** Python flows, run by Prefect's own client: `prefect flow-run execute`. The client tells of its states and logs by itself. */
export function pythonRunner(around: Surroundings): Runner {
  return {
    name: 'python',
    asksFirst: true,
    handles: (job) => job.entrypoint !== null && !isTypeScript(job.entrypoint),
    async start(job) {
      const env = prefectEnv(job, around);
      const output = new PrefectOutput();
      const group = job.command ? await startShell(job, env) : await startClient(job, env, around);
      void endWhatEnginesLeave(group);
      return {
        group,
        reader: output.read,
        reportsStates: true,
        hearsOfCancellationMs,
        lostLogs: () => (output.sendingFailed ? output.records : []),
      };
    },
    close: async () => undefined,
  };
}

function startClient(job: Job, env: NodeJS.ProcessEnv, around: Surroundings): Promise<ProcessGroup> {
  const [program, args] = findPrefect(job, env, around);
  return ProcessGroup.start(program, [...args, 'flow-run', 'execute', job.flowRunId], { cwd: job.workingDir, env });
}

function prefectEnv(job: Job, { connection }: Surroundings): NodeJS.ProcessEnv {
  const given: NodeJS.ProcessEnv = {
    ...process.env,
    ...prefectLogEnv,
    PREFECT_CLIENT_MAX_RETRIES: process.env['PREFECT_CLIENT_MAX_RETRIES'] ?? '8',
    ...job.env,
  };
  return withVirtualEnv({
    ...given,
    ...prefectAddress(connection),
    ...headgateEnv(job, connection),
    PREFECT__FLOW_RUN_ID: job.flowRunId,
    PREFECT_CLIENT_CUSTOM_HEADERS: JSON.stringify({
      ...headersIn(given['PREFECT_CLIENT_CUSTOM_HEADERS']),
      'x-headgate-run': job.flowRunId,
      'x-headgate-claim': job.claimId,
      'x-headgate-process': 'true',
    }),
    PREFECT_SERVER_ALLOW_EPHEMERAL_MODE: 'false',
  });
}

/** What a proxy in between may want to see. What is no JSON object the client would not take, either. */
function headersIn(text: string | undefined): object {
  try {
    const given: unknown = JSON.parse(text ?? '{}');
    return typeof given === 'object' && given !== null && !Array.isArray(given) ? given : {};
  } catch {
    return {};
  }
}

/** Looks where the deployment says (`PATH`, `VIRTUAL_ENV` of its `env`), at `--python`, in a virtual environment beside the code, on the agent's PATH. */
function findPrefect(job: Job, env: NodeJS.ProcessEnv, { python, agentDir }: Surroundings): [string, string[]] {
  const ofDeployment = job.env['PATH'] ?? (job.env['VIRTUAL_ENV'] ? env['PATH'] : undefined);
  const asked = ofDeployment && onPath('prefect', ofDeployment);
  if (asked) return [asked, []];
  if (python) return [programAt(python, agentDir), ['-m', 'prefect']];
  const beside = ['.venv', 'venv'].map((folder) => join(job.workingDir, folder, 'bin', 'prefect')).find(isProgram);
  const found = beside ?? onPath('prefect', env['PATH'] ?? '');
  if (found) return [found, []];
  throw new CannotStart(
    `This is a Python flow (${job.entrypoint}), and the agent's machine has no \`prefect\` program on its PATH. ` +
      'Install it where the agent runs (`python3 -m venv .venv && .venv/bin/pip install prefect`), or start the agent with `--python /path/to/venv/bin/python`.',
  );
}

function programAt(python: string, agentDir: string): string {
  if (!python.includes('/')) return python;
  const path = isAbsolute(python) ? python : resolve(agentDir, python);
  if (!isProgram(path))
    throw new CannotStart(`The agent was started with \`--python ${python}\`, which is not a program.`);
  return path;
}

const onPath = (program: string, path: string): string | undefined =>
  path
    .split(delimiter)
    .map((folder) => join(folder || '.', program))
    .find(isProgram);

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
