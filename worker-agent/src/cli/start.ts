import { accessSync, constants } from 'node:fs';
import { hostname } from 'node:os';
import { InvalidArgumentError, type Command } from 'commander';
import pc from 'picocolors';
import { quoted } from '@headgate/contracts';
import { Agent } from '../agent/agent.js';
import type { Journal } from '../agent/journal.js';
import { Reach } from '../agent/reach.js';
import type { Api } from '../api/api.js';
import { ApiError, isPassing, notHeadgate, Unreachable } from '../api/http.js';
import { processTemplate } from '../runners/process-template.js';
import { CliError } from './errors.js';
import { liveJournal } from './live-journal.js';
import { openSession } from './session.js';
import { duration, print } from './terminal.js';
import { refuseImpossible, refuseName, wholeNumber } from './work-pool.js';

const remindMs = 60_000;
const leaseSecondsMin = 15;
const leaseSecondsMax = 3600;
const startPool = 'agent start --pool';

type Options = {
  pool: string;
  limit: number;
  workQueue?: string[];
  name?: string;
  createPool: boolean;
  warm: number;
  grace: number;
  leaseSeconds: number;
  drainSeconds: number;
  python?: string;
};

export function addStart(program: Command): void {
  program
    .command('start')
    .description(
      'Run what is due in a work pool, on this machine, until it is stopped (Ctrl-C waits for what runs; twice ends it).',
    )
    .requiredOption('-p, --pool <name>', 'work pool to serve; created when it is missing')
    .option('-l, --limit <runs>', 'runs at the same time', wholeNumber, 10)
    .option('-q, --work-queue <names...>', 'only these queues of the pool')
    .option('-n, --name <name>', 'name of this agent (default: the name of the machine)')
    .option('--no-create-pool', 'fail when the pool is missing')
    .option(
      '--python <program>',
      'Python interpreter that has prefect, for Python flows (default: .venv beside the flow, then `prefect` on the PATH)',
    )
    .option('--warm <processes>', 'TypeScript processes to keep ready, so that runs start at once', seconds, 1)
    .option('--grace <seconds>', 'time that a cancelled run has before it is killed', seconds, 30)
    .option(
      '--lease-seconds <seconds>',
      'time that runs go on without the control plane, before they are ended and may be run elsewhere',
      leaseLength,
      300,
    )
    .option('--drain-seconds <seconds>', 'time that runs have to end when the agent is stopped', seconds, 60)
    .action(start);
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0 || text.trim() === '')
    throw new InvalidArgumentError('It must be a number from 0 up.');
  return value;
}

function leaseLength(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < leaseSecondsMin || value > leaseSecondsMax)
    throw new InvalidArgumentError(`It must be a whole number from ${leaseSecondsMin} to ${leaseSecondsMax}.`);
  return value;
}

async function start(options: Options): Promise<void> {
  refuseImpossible(options.pool, startPool);
  if (options.workQueue?.includes('')) throw new CliError('A work queue has a name that is not empty.', null, 2);
  const { api, connection } = openSession();
  const journal = liveJournal();
  if (options.python) refuseNoProgram(options.python);
  await whenReachable(connection.server, journal, async () => {
    await ensurePool(api, options);
    for (const queue of options.workQueue ?? []) await refuseNoQueue(api, options.pool, queue);
  });
  const agent = new Agent({
    connection,
    pool: options.pool,
    limit: options.limit,
    queueNames: options.workQueue ?? [],
    name: options.name ?? hostname(),
    warm: Math.floor(options.warm),
    graceSeconds: options.grace,
    leaseSeconds: options.leaseSeconds,
    drainSeconds: options.drainSeconds,
    python: options.python ?? null,
    agentDir: process.cwd(),
    journal,
  });
  const where = connection.workspace ?? connection.apiUrl;
  journal.note(
    `agent ${pc.bold(options.name ?? hostname())} serves the pool ${pc.bold(options.pool)} of ${where} at ${connection.server}`,
  );
  stopOnSignals(agent, options, journal.note);
  await agent.run();
  journal.note('stopped');
  // Sockets that are kept open for reuse would hold the process for some seconds.
  process.exit(0);
}

/**
 * After a power cut an agent may be up before the control plane: it goes on trying, and says so now and then. What will not
 * pass by itself (a wrong key, a wrong address, a missing pool) is thrown.
 */
async function whenReachable(server: string, journal: Journal, attempt: () => Promise<void>): Promise<void> {
  let since = 0;
  const down = (reason: string) => {
    since = Date.now();
    journal.warn(`${server} cannot be reached (${reason}); trying again until it can be`);
  };
  const remind = setInterval(() => {
    if (since > 0) journal.warn(`${server} still cannot be reached after ${duration((Date.now() - since) / 1000)}`);
  }, remindMs);
  try {
    const up = (awayMs: number) => journal.note(`${server} was reached after ${duration(awayMs / 1000)}`);
    const slowed = (reason: string) => journal.warn(`${server} wants to be asked less: ${reason}`);
    await new Reach({ down, up, slowed }).insist(() => attempt().catch(refuseWrongAddress));
  } finally {
    clearInterval(remind);
  }
}

/** While nobody has answered yet, a failure that no waiting mends is one of the address. */
function refuseWrongAddress(error: unknown): never {
  const isWrong =
    error instanceof Unreachable ? error.isOfAddress : error instanceof ApiError && !error.isOurs && !isPassing(error);
  if (!isWrong) throw error;
  const what = error instanceof Unreachable ? `cannot be reached (${error.message})` : notHeadgate;
  throw new CliError(`The address of the server is wrong: ${what}.`, '`agent login --server URL` changes the address');
}

/** The first signal drains, the second ends what runs. */
function stopOnSignals(agent: Agent, { drainSeconds }: Options, note: (text: string) => void): void {
  let signals = 0;
  const onSignal = () => {
    signals += 1;
    if (signals > 1) return void agent.stop();
    const running = agent.running;
    if (running > 0)
      note(
        `stopping: waiting up to ${drainSeconds} s for ${running} ${running === 1 ? 'run' : 'runs'}; once more ends ${running === 1 ? 'it' : 'them'} at once`,
      );
    void agent.drain();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

async function ensurePool(api: Api, { pool: name, createPool: mayCreate, workQueue = [] }: Options): Promise<void> {
  try {
    const pool = await api.getWorkPool(name);
    if (pool?.name === undefined) throw new Error(notHeadgate);
    if (pool.is_paused)
      print(
        pc.yellow(
          `The work pool ${name} is paused: nothing will be claimed until \`agent work-pool resume ${quoted(name)}\`.`,
        ),
      );
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404 || !error.isOurs) throw error;
    if (!mayCreate)
      throw new CliError(
        `There is no work pool "${name}" in this workspace.`,
        `agent work-pool create ${quoted(name)}`,
      );
    // A new pool has one queue: whom it would not do for leaves none behind.
    const missing = workQueue.find((queue) => queue !== 'default');
    if (missing !== undefined) throw noQueue(name, missing, `agent work-pool create ${quoted(name)}`);
    await createPool(api, name);
  }
}

const noQueue = (pool: string, queue: string, hint: string): CliError =>
  new CliError(`There is no work queue "${queue}" in the work pool "${pool}".`, hint);

async function refuseNoQueue(api: Api, pool: string, queue: string): Promise<void> {
  try {
    await api.refuseMissingQueue(pool, queue);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404 || !error.isOurs) throw error;
    throw noQueue(pool, queue, `prefect work-queue create ${quoted(queue)} --pool ${quoted(pool)}`);
  }
}

/** A bare name is looked for when a run starts: each may have a PATH of its own. */
function refuseNoProgram(python: string): void {
  if (!python.includes('/')) return;
  try {
    accessSync(python, constants.X_OK);
  } catch {
    throw new CliError(`--python ${python} is not a program that can be run.`, null, 2);
  }
}

/** Another agent may create it at the same moment. */
async function createPool(api: Api, name: string): Promise<void> {
  refuseName(name, startPool);
  try {
    await api.createWorkPool({ name, type: 'process', base_job_template: processTemplate });
    print(`Created the work pool ${pc.bold(name)}.`);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
  }
}
