import { stateTypes, type StateType } from '@headgate/contracts';
import { InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import type { Api } from '../api/api.js';
import type { FlowRunJson } from '../api/wire.js';
import { CliError } from './errors.js';
import { openSession } from './session.js';
import { ago, duration, printList, stateText, type Listing } from './terminal.js';

type ListOptions = Listing & { limit: number; state?: StateType[]; flow?: string };

export function stateList(text: string): StateType[] {
  return text.split(',').map((each) => {
    const type = each.trim().toUpperCase() as StateType;
    if (!stateTypes.includes(type))
      throw new InvalidArgumentError(`The states are ${stateTypes.join(', ').toLowerCase()}.`);
    return type;
  });
}

export async function listFlowRuns(options: ListOptions): Promise<void> {
  const { api } = openSession();
  const runs = await newestRuns(api, options);
  if (runs.length === 0 && options.flow && !(await api.hasFlow(options.flow)))
    throw new CliError(`There is no flow "${options.flow}" in this workspace.`, 'agent deployment ls');
  const flows = new Map(
    (await api.listFlows([...new Set(runs.map((each) => each.flow_id))])).map((flow) => [flow.id, flow.name]),
  );
  const row = (each: FlowRunJson) => [
    pc.bold(each.name),
    flows.get(each.flow_id) ?? '',
    stateText(each.state_type, each.state_name),
    each.start_time ? ago(each.start_time) : `due ${ago(each.expected_start_time)}`,
    each.start_time ? duration(each.estimated_run_time) : '',
    pc.dim(each.id),
  ];
  printList(runs, options, ['RUN', 'FLOW', 'STATE', 'START', 'RAN', 'ID'], row, whyNone(options));
}

/** Those that have started or should have, newest first; below them, where there is room, what is to come, soonest first. */
async function newestRuns(api: Api, { state, flow, limit }: ListOptions): Promise<FlowRunJson[]> {
  const now = new Date();
  const most = Math.min(limit, 200);
  const page = (expected_start_time: object, sort: string, size: number) =>
    api.listFlowRuns({
      flow_runs: { expected_start_time, ...(state && { state: { type: { any_: state } } }) },
      ...(flow && { flows: { name: { any_: [flow] } } }),
      sort,
      limit: size,
    });
  const begun = await page({ before_: now.toISOString() }, 'START_TIME_DESC', most);
  if (begun.length === most) return begun;
  const later = new Date(now.getTime() + 1).toISOString();
  return [...begun, ...(await page({ after_: later }, 'EXPECTED_START_TIME_ASC', most - begun.length))];
}

function whyNone({ state, flow }: ListOptions): string {
  if (!state && !flow) return 'No run yet. Start one: agent run flow/deployment';
  const where = flow ? ` of ${flow}` : '';
  return state ? `No run${where} is ${state.join(' or ').toLowerCase()}.` : `No run${where} yet.`;
}
