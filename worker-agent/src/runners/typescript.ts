import { extname } from 'node:path';
import { plainReader } from '../output/run-output.js';
import { startShell } from './command.js';
import { headgateAddress, headgateEnv, withVirtualEnv } from './environment.js';
import type { Job } from './job.js';
import type { ProcessGroup } from './process-group.js';
import type { Runner, Surroundings } from './runner.js';
import { SdkSpool } from './sdk-spool.js';
import { toolsOf } from './typescript-tools.js';
import { WarmPool } from './warm-pool.js';

const extensions = new Set(['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx']);

/** `path/to/file.ts:export`; the export may be left out. */
export const isTypeScript = (entrypoint: string): boolean =>
  extensions.has(extname(entrypoint.replace(/:[^/:]*$/, '')));

/** TypeScript and JavaScript flows, run by the SDK in a process of their own. The SDK tells of states and logs by itself. */
export function typescriptRunner(around: Surroundings, warm: number): Runner {
  const spool = new SdkSpool(around.connection);
  const asStarted = (group: ProcessGroup) => ({
    group,
    reader: plainReader(),
    reportsStates: true,
    hearsOfCancellationMs: 0,
    deliverRest: () => spool.deliver(),
  });
  const pool = new WarmPool(warm, { ...process.env, ...headgateAddress(around.connection) });
  pool.prepare(toolsOf(around.agentDir), around.agentDir);
  return {
    name: 'typescript',
    asksFirst: true,
    handles: (job) => job.entrypoint !== null && isTypeScript(job.entrypoint),
    async start(job) {
      const env = flowEnv(job, around);
      if (job.command) return asStarted(await startShell(job, { ...process.env, ...env }));
      const child = await pool.take(toolsOf(job.workingDir), job.workingDir);
      child.run({ kind: 'job', entrypoint: job.entrypoint!, flowRunId: job.flowRunId, cwd: job.workingDir, env });
      return { ...asStarted(child.group), endedIn: () => child.endedIn };
    },
    close: () => pool.close(),
  };
}

/** The SDK sends its logs; what it would print of them would come twice. */
function flowEnv(job: Job, { connection }: Surroundings): Record<string, string> {
  const env = withVirtualEnv({ ...job.env, ...headgateEnv(job, connection), HEADGATE_LOGS: 'api' });
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
