/**
 * The process in which a TypeScript flow runs. It loads what takes time, then waits for its one job from the agent.
 * Its arguments are the files of the SDK and of its engine that the flow will use.
 */
import { register as addHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { register } from 'tsx/esm/api';
import type { ChildJob, ChildMessage } from './warm-pool.js';

const watchdogMs = 5_000;

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
  const ended = await engine.executeFlowRun({ entrypoint, flowRunId });
  await tell({ kind: 'ended', stateType: ended?.type ?? null });
}

endWithAgent();
process.once('message', (job: ChildJob) => {
  run(job).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
await tell({ kind: 'ready' });
