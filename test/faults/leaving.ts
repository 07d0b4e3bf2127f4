import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { flow } from '@headgate/sdk';

const script = path.join(import.meta.dirname, 'hold.sh');

/** A flow that leaves a process behind, for the agent to end. */
export const leaves = flow(
  async ({ folder }: { folder: string }) => {
    writeFileSync(path.join(folder, 'pids', String(process.pid)), '');
    spawn('setsid', ['-f', '/bin/sh', script, folder], { stdio: 'ignore' });
    await sleep(1_500);
  },
  { name: 'leaves' },
);
