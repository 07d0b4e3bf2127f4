import { AsyncLocalStorage } from 'node:async_hooks';
import type { FlowRunScope } from './engine/scope.js';
import { createLogger, type Logger } from './logging.js';

/** About the run that the calling code is part of. */
export type RunContext = {
  kind: 'flow' | 'task';
  flowName: string | null;
  flowRunId: string | null;
  flowRunName: string | null;
  taskName: string | null;
  taskRunId: string | null;
  taskRunName: string | null;
  deploymentId: string | null;
  parameters: unknown;
  tags: string[];
  /** 1 for the first attempt. */
  attempt: number;
  /** Fires when the run is cancelled, runs out of time, or its process is asked to end. Hand it on to `fetch` and the like. */
  signal: AbortSignal;
};

/** What the engine knows besides. */
export type Frame = { info: RunContext; scope: FlowRunScope | null; logger: Logger; logPrints: boolean };

const frames = new AsyncLocalStorage<Frame>();

export const currentFrame = (): Frame | undefined => frames.getStore();
export const inFrame = <T>(frame: Frame, run: () => T): T => frames.run(frame, run);

/**
 * The run that this code is part of. Throws outside of flows and tasks.
 *
 * @example
 * const { signal } = getRunContext();
 * await fetch(url, { signal });
 */
export function getRunContext(): RunContext {
  const frame = currentFrame();
  if (!frame)
    throw new Error('getRunContext() was called outside of a run. Call it in a function wrapped by flow() or task().');
  return frame.info;
}

/** The log of the run that this code is part of; outside of runs, one that only writes to the terminal. */
export const getRunLogger = (): Logger => currentFrame()?.logger ?? createLogger({ name: 'headgate', who: 'headgate' });
