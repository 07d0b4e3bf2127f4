import { commandRunner } from './command.js';
import { CannotStart, type Job } from './job.js';
import { pythonRunner } from './python.js';
import type { Runner, Surroundings } from './runner.js';
import { typescriptRunner } from './typescript.js';

export const allRunners = (around: Surroundings, { warm }: { warm: number }): Runner[] => [
  typescriptRunner(around, warm),
  pythonRunner(around),
  commandRunner(around),
];

/** Throws CannotStart for a job that says neither which flow nor which command to run. */
export function runnerFor(job: Job, runners: Runner[]): Runner {
  const runner = runners.find((each) => each.handles(job));
  if (!runner)
    throw new CannotStart(
      'The deployment has neither an entrypoint (`file.ts:export` or `file.py:function`) nor a `command` in its job variables.',
    );
  return runner;
}
