import { setTimeout as sleep } from 'node:timers/promises';
import { commandOf, goesOn, type Process } from '../processes/process-table.js';
import type { ProcessGroup } from './process-group.js';

/** It takes a while to start: the client loads itself first, and then the code. */
const firstSearchMs = 500;
const longestSearchMs = 1_000;
const lookMs = 250;

/**
 * Prefect's client runs the flow in a process of its own, the engine, and waits until nobody writes to its output any
 * more. Whoever the flow has started and left behind may do that for ever, and then nobody says how the run ended. So what
 * an engine leaves behind ends with it.
 */
export async function endWhatEnginesLeave(group: ProcessGroup): Promise<void> {
  for (;;) {
    const engine = await findEngine(group);
    if (!engine) return;
    while (!group.hasEnded && goesOn(engine)) await pause(lookMs);
    if (group.hasEnded) return;
    await group.endLeftBehind();
  }
}

async function findEngine(group: ProcessGroup): Promise<Process | null> {
  for (let ms = firstSearchMs; !group.hasEnded; ms = Math.min(2 * ms, longestSearchMs)) {
    await pause(ms);
    const engine = group.hasEnded ? undefined : (await group.members()).find(isEngine);
    if (engine) return engine;
  }
  return null;
}

function isEngine({ pid }: Process): boolean {
  const words = commandOf(pid);
  return words[words.indexOf('-m') + 1] === 'prefect.engine';
}

const pause = (ms: number): Promise<void> => sleep(ms, undefined, { ref: false });
