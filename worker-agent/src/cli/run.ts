import type { Command } from 'commander';
import pc from 'picocolors';
import { newId } from '@headgate/contracts';
import type { DeploymentJson } from '../api/wire.js';
import { allMisfits } from './misfits.js';
import { refuseUnknown } from './parameter-names.js';
import { parametersFrom, timeFrom } from './parameters.js';
import { pickDeployment } from './pick.js';
import { openSession } from './session.js';
import { printJson, print } from './terminal.js';
import { watchRun } from './watch.js';

type Options = { param: string[]; paramJson?: string; name?: string; at?: string; watch?: boolean; json?: boolean };

export function addRun(program: Command): void {
  addRunOptions(
    program.command('run').description('Start a run of a deployment.').argument('<flow/deployment>'),
  ).action(startRun);
}

export function addRunOptions(command: Command): Command {
  return command
    .option(
      '-p, --param <key=value>',
      'parameter; values that read as JSON are JSON; may be repeated',
      (pair: string, all: string[]) => [...all, pair],
      [],
    )
    .option('--param-json <object>', 'parameters as a JSON object')
    .option('--name <name>', 'name of the run')
    .option('--at <time>', 'when to start it: a time, or 10m, 2h from now')
    .option('-w, --watch', 'show states and logs as they arrive; exits with 0 when the run completes, else with 1')
    .option('--json', 'print the new run as JSON');
}

export async function startRun(deploymentName: string, options: Options): Promise<void> {
  const parameters = parametersFrom(options.param, options.paramJson);
  const scheduledTime = options.at === undefined ? new Date().toISOString() : timeFrom(options.at);
  const { api, connection } = openSession();
  const deployment = await pickDeployment(api, deploymentName);
  refuseUnknown(parameters, deployment);
  const draft = {
    parameters,
    ...(options.name ? { name: options.name } : {}),
    state: { type: 'SCHEDULED' as const, state_details: { scheduled_time: scheduledTime } },
    idempotency_key: newId(),
  };
  const run = await api.runDeployment(deployment.id, draft).catch(async (error: unknown) => {
    throw await allMisfits(error, api, deployment, parameters);
  });
  if (options.json) printJson(run);
  else print(`${pc.green('Started')} ${pc.bold(run.name)}  ${pc.dim(run.id)}`);
  if (!options.json && !deployment.work_pool_name) print(pc.yellow(noPool(deployment)));
  if (options.watch) process.exitCode = (await watchRun(api, connection, run)) === 'COMPLETED' ? 0 : 1;
}

const noPool = ({ name }: DeploymentJson): string =>
  `The deployment ${name} has no work pool: its runs wait for the process that serves it.`;
