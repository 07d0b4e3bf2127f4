import { InvalidArgumentError, type Command } from 'commander';
import pc from 'picocolors';
import { quoted } from '@headgate/contracts';
import { ApiError } from '../api/http.js';
import type { Api } from '../api/api.js';
import type { WorkPoolJson } from '../api/wire.js';
import { processTemplate } from '../runners/process-template.js';
import { CliError } from './errors.js';
import { openSession } from './session.js';
import { printJson, printList, printPairs, type Listing, print } from './terminal.js';

type CreateOptions = { limit?: number; description?: string };

export function addWorkPoolCommands(program: Command): void {
  const pool = program.command('work-pool').description('Work pools: where runs wait for an agent.');
  pool.command('ls').description('List the work pools.').option('--json', 'print JSON').action(list);
  pool
    .command('create')
    .description('Create a work pool for agents that run processes.')
    .argument('<name>')
    .option('-l, --limit <runs>', 'runs at the same time, over all agents', wholeNumber)
    .option('-d, --description <text>', 'what it is for')
    .action(create);
  pool
    .command('inspect')
    .description('Show one work pool.')
    .argument('<name>')
    .option('--json', 'print JSON')
    .action(inspect);
  pool
    .command('pause')
    .description('Let nobody claim from it until it is resumed.')
    .argument('<name>')
    .action((name: string) => setPaused(name, true));
  pool
    .command('resume')
    .description('Let agents claim from it again.')
    .argument('<name>')
    .action((name: string) => setPaused(name, false));
  pool
    .command('delete')
    .description('Delete it, with its queues. Its deployments stay, without a pool.')
    .argument('<name>')
    .action(remove);
}

/** For commander: a count of one or more. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1 up.');
  return value;
}

const statusText = ({ is_paused, status }: WorkPoolJson): string =>
  is_paused ? pc.yellow('PAUSED') : status === 'READY' ? pc.green('READY') : pc.dim(status ?? 'NOT_READY');

async function list(options: Listing): Promise<void> {
  const pools = await openSession().api.listWorkPools();
  const row = (pool: WorkPoolJson) => [
    pool.name,
    pool.type,
    statusText(pool),
    pool.concurrency_limit?.toString() ?? '',
    pool.description ?? '',
  ];
  printList(
    pools,
    options,
    ['NAME', 'TYPE', 'STATUS', 'LIMIT', 'DESCRIPTION'],
    row,
    'No work pool yet. Create one: agent work-pool create main',
  );
}

/** The control plane says the same of such names, in words for programs. */
export function refuseName(name: string, command = 'agent work-pool create'): void {
  refuseImpossible(name, command);
  if (/^prefect/i.test(name)) throw new CliError('Names that begin with "prefect" are reserved.', `${command} main`, 2);
}

/** What no work pool is named; in an address it would name something else. */
export function refuseImpossible(name: string, command: string): void {
  if (name.trim() === '') throw new CliError('A work pool has a name that is not empty.', `${command} main`, 2);
  if (/[/%&><]/.test(name) || name === '.' || name === '..')
    throw new CliError('A work pool has a name without / % & < and >, other than "." and "..".', `${command} main`, 2);
}

async function create(name: string, { limit, description }: CreateOptions): Promise<void> {
  refuseName(name);
  const draft = { name, type: 'process', base_job_template: processTemplate };
  const wanted = {
    ...draft,
    ...(limit ? { concurrency_limit: limit } : {}),
    ...(description ? { description } : {}),
  };
  await openSession()
    .api.createWorkPool(wanted)
    .catch((error: unknown) => {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
      throw new CliError(`There is a work pool "${name}" already.`, `agent start --pool ${quoted(name)}`);
    });
  print(`Created the work pool ${pc.bold(name)}. Serve it: agent start --pool ${quoted(name)}`);
}

async function inspect(name: string, { json }: Listing): Promise<void> {
  const pool = await getPool(openSession().api, name);
  if (json) return printJson(pool);
  printPairs([
    ['name', pool.name],
    ['id', pool.id],
    ['type', pool.type],
    ['status', statusText(pool)],
    ['limit', pool.concurrency_limit?.toString() ?? 'none'],
    ['description', pool.description],
  ]);
}

async function setPaused(name: string, paused: boolean): Promise<void> {
  const { api } = openSession();
  await getPool(api, name);
  await api.patchWorkPool(name, { is_paused: paused });
  print(`${paused ? 'Paused' : 'Resumed'} the work pool ${pc.bold(name)}.`);
}

async function remove(name: string): Promise<void> {
  const { api } = openSession();
  await getPool(api, name);
  await api.deleteWorkPool(name);
  print(`Deleted the work pool ${pc.bold(name)}.`);
}

async function getPool(api: Api, name: string): Promise<WorkPoolJson> {
  refuseImpossible(name, 'agent work-pool inspect');
  try {
    return await api.getWorkPool(name);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404)
      throw new CliError(`There is no work pool "${name}" in this workspace.`, 'agent work-pool ls');
    throw error;
  }
}
