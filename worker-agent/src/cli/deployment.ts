import type { Schedule } from '@headgate/contracts/schedules/index';
import type { Command } from 'commander';
import pc from 'picocolors';
import type { Api } from '../api/api.js';
import type { DeploymentJson, ScheduleJson } from '../api/wire.js';
import { addRunOptions, startRun } from './run.js';
import { pickDeployment } from './pick.js';
import { openSession } from './session.js';
import { printJson, printList, printPairs, type Listing, print } from './terminal.js';

type Named = DeploymentJson & { flow_name: string };

export function addDeploymentCommands(program: Command): void {
  const deployment = program.command('deployment').description('Deployments: flows that are ready to run.');
  const which = '<flow/deployment>';
  deployment.command('ls').description('List the deployments.').option('--json', 'print JSON').action(list);
  deployment
    .command('inspect')
    .description('Show one deployment.')
    .argument(which)
    .option('--json', 'print JSON')
    .action(inspect);
  deployment
    .command('pause')
    .description('Stop its schedules.')
    .argument(which)
    .action((name: string) => setPaused(name, true));
  deployment
    .command('resume')
    .description('Let its schedules go on.')
    .argument(which)
    .action((name: string) => setPaused(name, false));
  addRunOptions(
    deployment.command('run').description('Start a run of it; the same as `agent run`.').argument(which),
  ).action(startRun);
}

async function list(options: Listing): Promise<void> {
  const { api } = openSession();
  const all = await withFlowNames(api, await api.listDeployments({ sort: 'NAME_ASC' }));
  all.sort((a, b) => a.flow_name.localeCompare(b.flow_name));
  const row = (each: Named) => [
    `${each.flow_name}/${pc.bold(each.name)}`,
    each.work_pool_name ?? '',
    each.schedules.map(scheduleText).join(', '),
    statusText(each),
    each.entrypoint ?? '',
  ];
  printList(
    all,
    options,
    ['DEPLOYMENT', 'POOL', 'SCHEDULES', 'STATUS', 'ENTRYPOINT'],
    row,
    'No deployment yet. A flow becomes one with its deploy() or serve().',
  );
}

async function withFlowNames(api: Api, deployments: DeploymentJson[]): Promise<Named[]> {
  const flows = await api.listFlows([...new Set(deployments.map((each) => each.flow_id))]);
  const nameOf = new Map(flows.map((flow) => [flow.id, flow.name]));
  return deployments.map((each) => ({ ...each, flow_name: nameOf.get(each.flow_id) ?? each.flow_id }));
}

async function inspect(name: string, { json }: Listing): Promise<void> {
  const { api } = openSession();
  const [deployment] = await withFlowNames(api, [await pickDeployment(api, name)]);
  if (json) return printJson(deployment);
  const { flow_name, ...each } = deployment!;
  printPairs([
    ['deployment', `${flow_name}/${each.name}`],
    ['id', each.id],
    ['description', each.description],
    ['version', each.version],
    ['status', statusText(each)],
    ['work pool', [each.work_pool_name, each.work_queue_name].filter(Boolean).join(', queue ')],
    ['path', each.path],
    ['entrypoint', each.entrypoint],
    ['schedules', each.schedules.map(scheduleText).join('\n')],
    ['note', await notesOn(each.schedules)],
    ['parameters', jsonUnlessEmpty(each.parameters)],
    ['job variables', jsonUnlessEmpty(each.job_variables)],
    ['tags', each.tags.join(', ')],
  ]);
}

async function setPaused(name: string, paused: boolean): Promise<void> {
  const { api } = openSession();
  const { id } = await pickDeployment(api, name);
  await api.patchDeployment(id, { paused });
  print(`${paused ? 'Paused' : 'Resumed'} ${pc.bold(name)}.`);
}

/** Of schedules that leave out the hour that comes twice when clocks are put back. Reading schedules takes a while to load. */
async function notesOn(schedules: ScheduleJson[]): Promise<string> {
  const { clockNote } = await import('@headgate/contracts/schedules/index');
  return [...new Set(schedules.flatMap(({ schedule }) => clockNote(schedule as Schedule) ?? []))].join('\n');
}

const jsonUnlessEmpty = (value: Record<string, unknown>): string =>
  Object.keys(value).length === 0 ? '' : JSON.stringify(value);

const statusText = ({ paused, status }: DeploymentJson): string =>
  paused ? pc.yellow('PAUSED') : status === 'READY' ? pc.green('READY') : pc.dim(status ?? '');

/** Prefect's start of a rule that names none. */
const startOfPrefect = /^DTSTART:20200101T000000\s+/;

/** A rule on one line, as it was written. */
const ruleOf = (rrule: string): string => rrule.replace(startOfPrefect, '').replace(/\s+/g, ' ');

function scheduleText({ active, schedule }: ScheduleJson): string {
  const when =
    schedule.cron ??
    (schedule.rrule && ruleOf(schedule.rrule)) ??
    (schedule.interval === undefined ? '' : `every ${schedule.interval} s`);
  const zone = schedule.timezone && schedule.timezone !== 'UTC' ? ` ${schedule.timezone}` : '';
  return active ? `${when}${zone}` : pc.dim(`${when}${zone} (off)`);
}
