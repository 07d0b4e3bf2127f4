import type { Command } from 'commander';
import pc from 'picocolors';
import { isTerminal, quoted, refusalOf } from '@headgate/contracts';
import { TaskNames } from '../api/task-names.js';
import type { FlowRunJson, SetStateAnswer } from '../api/wire.js';
import { CliError } from './errors.js';
import { listFlowRuns, stateList } from './flow-run-list.js';
import { parametersFrom } from './parameters.js';
import { pickFlowRun } from './pick.js';
import { openSession } from './session.js';
import { ago, duration, printJson, printPairs, stateText, type Listing, print } from './terminal.js';
import { printLog, watchRun } from './watch.js';
import { wholeNumber } from './work-pool.js';

const inputs = [
  'what it asked for; values that read as JSON are JSON; may be repeated',
  (pair: string, all: string[]) => [...all, pair],
  [] as string[],
] as const;
const inputWords = { pair: '-i', json: '--input-json' };

type LogOptions = Listing & { follow?: boolean; tail?: number };

export function addFlowRunCommands(program: Command): void {
  const run = program.command('flow-run').description('Flow runs: see, follow, cancel and repeat them.');
  const which = '<run>';
  const help = 'its name, its id, or the beginning of its id';
  run
    .command('ls')
    .description('List runs, the newest first, and what is to come below them.')
    .option('-n, --limit <runs>', 'how many', wholeNumber, 20)
    .option('-s, --state <types>', 'only in these states: completed, failed, …; separated by commas', stateList)
    .option('-f, --flow <name>', 'only of this flow')
    .option('--json', 'print JSON')
    .action(listFlowRuns);
  run
    .command('inspect')
    .description('Show one run.')
    .argument(which, help)
    .option('--json', 'print JSON')
    .action(inspect);
  run
    .command('logs')
    .description('Print what a run says.')
    .argument(which, help)
    .option('-f, --follow', 'go on until the run has ended')
    .option('-n, --tail <lines>', 'only the last lines', wholeNumber)
    .option('--json', 'print JSON')
    .action(logs);
  run
    .command('cancel')
    .description('Cancel a run; what runs is ended by its agent.')
    .argument(which, help)
    .action(cancel);
  run
    .command('suspend')
    .description('Let a run go out of its process; resumed, its flow begins again.')
    .argument(which, help)
    .action(suspend);
  run.command('retry').description('Start an ended run of a deployment again.').argument(which, help).action(retry);
  run
    .command('resume')
    .description('Let a paused or suspended run go on.')
    .argument(which, help)
    .option('-i, --input <key=value>', ...inputs)
    .option('--input-json <object>', 'what it asked for as a JSON object')
    .action(resume);
  run.command('delete').description('Delete a run, with its states and logs.').argument(which, help).action(remove);
}

async function inspect(text: string, { json }: Listing): Promise<void> {
  const { api } = openSession();
  const run = await pickFlowRun(api, text);
  if (json) return printJson(run);
  const [[flow], deployment] = await Promise.all([
    api.listFlows([run.flow_id]),
    run.deployment_id ? api.getDeployment(run.deployment_id).catch(() => null) : null,
  ]);
  printPairs([
    ['run', run.name],
    ['id', run.id],
    ['flow', flow?.name],
    ['deployment', deployment && `${flow?.name}/${deployment.name}`],
    ['state', stateText(run.state_type, run.state_name)],
    ['message', run.state?.message],
    ['work pool', [run.work_pool_name, run.work_queue_name].filter(Boolean).join(', queue ')],
    ['begun', run.run_count === 1 ? 'once' : `${run.run_count} times`],
    ['expected', ago(run.expected_start_time)],
    ['started', run.run_count > 0 ? ago(run.start_time) : null],
    ['ended', ago(run.end_time)],
    ['ran', run.run_count > 0 ? duration(run.estimated_run_time) : null],
    ['parameters', JSON.stringify(run.parameters)],
    ['tags', run.tags.join(', ')],
  ]);
}

async function logs(text: string, { follow, tail, json }: LogOptions): Promise<void> {
  const { api, connection } = openSession();
  const run = await pickFlowRun(api, text);
  if (follow && !json) return void (await watchRun(api, connection, run, { states: false }));
  const lines = tail
    ? (await api.listLogs(run.id, { limit: Math.min(tail, 200), newestFirst: true })).reverse()
    : await api.allLogs(run.id);
  if (json) return printJson(lines);
  if (lines.length === 0) print(pc.dim('This run has said nothing.'));
  const names = new TaskNames(api);
  await names.learn(lines);
  for (const line of lines) printLog(line, names.of(line));
}

async function cancel(text: string): Promise<void> {
  const { api } = openSession();
  const run = await pickFlowRun(api, text);
  if (isTerminal(run.state_type)) throw new CliError(`${run.name} has already ended: ${run.state_name}.`);
  say(run, await api.cancelRun(run.id));
}

async function suspend(text: string): Promise<void> {
  const { api } = openSession();
  const run = await pickFlowRun(api, text);
  const refusal = refusalOf('suspend', factsOf(run), Date.now());
  if (refusal === 'state') throw new CliError(`${run.name} is not running: ${run.state_name}.`);
  if (refusal === 'deployment')
    throw new CliError(
      `${run.name} has no deployment that could start it again.`,
      `agent flow-run cancel ${quoted(run.name)}`,
    );
  say(run, await api.suspendRun(run.id));
}

async function retry(text: string): Promise<void> {
  const { api } = openSession();
  const run = await pickFlowRun(api, text);
  const refusal = refusalOf('retry', factsOf(run), Date.now());
  if (refusal === 'state')
    throw new CliError(`${run.name} has not ended: ${run.state_name}.`, `agent flow-run cancel ${quoted(run.name)}`);
  if (refusal === 'deployment')
    throw new CliError(`${run.name} has no deployment that could start it again: start its script again.`);
  say(run, await api.retryRun(run.id));
}

const factsOf = (run: FlowRunJson) => ({
  stateType: run.state_type,
  stateName: run.state_name,
  due: run.next_scheduled_start_time,
  hasDeployment: run.deployment_id !== null,
});

type ResumeOptions = { input: string[]; inputJson?: string };

async function resume(text: string, { input, inputJson }: ResumeOptions): Promise<void> {
  const given = input.length > 0 || inputJson !== undefined;
  const runInput = given ? parametersFrom(input, inputJson, inputWords) : null;
  const { api } = openSession();
  const run = await pickFlowRun(api, text);
  if (run.state_type !== 'PAUSED') throw new CliError(`${run.name} is not paused: ${run.state_name}.`);
  const { status, state, details } = await api.resumeFlowRun(run.id, runInput);
  if (status !== 'ACCEPT') throw new CliError(details.reason ?? 'The control plane refused this.');
  print(`${pc.bold(run.name)} goes on: ${stateText(state?.type ?? null, state?.name ?? null)}.`);
}

/** A state that is put in the place of the proposed one (cancelled instead of cancelling) is an answer too. */
function say(run: FlowRunJson, { status, state: now, details }: SetStateAnswer): void {
  const before = run.state?.id;
  const changed = status === 'ACCEPT' || (status === 'REJECT' && now !== null && now.id !== before);
  if (!changed) throw new CliError(details.reason ?? 'The control plane refused this.');
  print(`${pc.bold(run.name)} is now ${stateText(now?.type ?? run.state_type, now?.name ?? null)}.`);
}

async function remove(text: string): Promise<void> {
  const { api } = openSession();
  const run = await pickFlowRun(api, text);
  await api.deleteFlowRun(run.id);
  print(`Deleted ${pc.bold(run.name)}.`);
}
