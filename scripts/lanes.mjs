import os from 'node:os';

/** What mostly waits leaves room for what works. More lanes than two would only wait for each other's processes. */
export const lanesMax = Math.min(2, os.availableParallelism());

/**
 * Does jobs side by side, begun in their order. Those that are `alone` come after all others, one by one: what they
 * measure is the machine's too.
 */
export async function inLanes(jobs, lanes = lanesMax) {
  const shared = jobs.filter(({ alone }) => !alone);
  const goOn = async () => {
    for (let job = shared.shift(); job; job = shared.shift()) await job.work();
  };
  await Promise.all(Array.from({ length: lanes }, goOn));
  for (const { work } of jobs.filter(({ alone }) => alone)) await work();
}
