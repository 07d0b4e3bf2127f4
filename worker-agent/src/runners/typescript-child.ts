/**
 * The process in which a TypeScript flow runs. It loads what takes time, then waits for its one job from the agent.
 * Its arguments are the files of the SDK and of its engine that the flow will use.
 */
import { register as addHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { register } from 'tsx/esm/api';
import { clockMs } from '../agent/lease.js';
import type { Until } from './process-group.js';
import type { ChildJob, ChildMessage } from './warm-pool.js';

const watchdogMs = 5_000;
const lookMs = 250;
let until = Infinity;

type Engine = typeof import('@headgate/sdk/runtime');

register();
addHooks('./typescript-as-module.js', import.meta.url);
const [, , sdkFile, runtimeFile] = process.argv as [string, string, string, string];
const engine = (await import(pathToFileURL(runtimeFile).href)) as Engine;
await Promise.all([
  import(pathToFileURL(sdkFile).href),
  import(new URL('../../bin/warm-up.ts', import.meta.url).href),
  connect(),
]);

/** The first request of a process is slow, and this one is not waited for by a run. */
async function connect(): Promise<void> {
  const { origin } = new URL(process.env['HEADGATE_API_URL']!);
  await fetch(`${origin}/health`, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.text(),
    () => undefined,
  );
}

const tell = (message: ChildMessage): Promise<void> =>
  new Promise((resolve) => (process.connected ? process.send!(message, () => resolve()) : resolve()));

/**
 * Without an agent nobody would renew the claim on this process' run. Its watchdog ends us, with all that we have started,
 * which it finds the better while we are there: this is for when it is gone as well.
 */
function endWithAgent(): void {
  process.once('disconnect', () => setTimeout(() => process.kill(-process.pid, 'SIGKILL'), watchdogMs).unref());
}

async function run({ entrypoint, flowRunId, cwd, env }: ChildJob): Promise<void> {
  Object.assign(process.env, env);
  process.chdir(cwd);
  // As `node file` would have it: our own arguments are nothing that a flow was given.
  process.argv.splice(1, Infinity, resolve(entrypoint.replace(/:[^/:\\]*$/, '')));
  const ended = await engine.executeFlowRun({ entrypoint, flowRunId });
  await tell({ kind: 'ended', stateType: ended?.type ?? null });
}

/**
 * From then on another copy of the run may be at work. Agent and watchdog end us then; but they may stand still, or wake after
 * us. Who stood still alone finds the renewals in the pipe: they are read first.
 */
function endWithLease(): void {
  const look = () => clockMs() >= until && process.kill(-process.pid, 'SIGKILL');
  setInterval(() => setImmediate(look), lookMs).unref();
}

endWithAgent();
endWithLease();
process.on('message', (word: ChildJob | Until) => {
  if (word.kind === 'until') return void (until = word.at);
  run(word).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
await tell({ kind: 'ready' });
