import { Worker } from 'node:worker_threads';
import type { ClientConfig, EventJson } from '../client/index.js';
import { relatedRuns, type Surroundings } from './task-run.js';

/** Shorter runs cost nothing. */
const firstMs = 1_000;
/** The second soon, so that the control plane knows that more will follow; then one in half a minute. */
const soonMs = 4_000;
export const heartbeatSeconds = 30;
const everyMs = heartbeatSeconds * 1_000;

/**
 * Sends in a thread of its own: code of the user that computes for minutes would otherwise be taken for dead. A text and not
 * a file, so that bundlers need not know of it. Beats that cannot be sent are no loss: others follow.
 */
const thread = `
const { parentPort, workerData } = require('node:worker_threads');
const { randomUUID } = require('node:crypto');
const { url, key, soonMs, everyMs } = workerData;
const runs = new Map();
const headers = { 'content-type': 'application/json', ...(key && { authorization: 'Bearer ' + key }) };
async function beat(id, event, nextMs) {
  runs.set(id, setTimeout(beat, nextMs, id, event, everyMs));
  const body = JSON.stringify([{ ...event, id: randomUUID(), occurred: new Date().toISOString() }]);
  await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10000) }).then((answer) => answer.text(), () => undefined);
}
parentPort.on('message', ({ id, event }) => {
  if (event) return void beat(id, event, soonMs);
  clearTimeout(runs.get(id));
  runs.delete(id);
});
`;

type Beat = Pick<EventJson, 'event' | 'resource' | 'related' | 'payload'>;

/**
 * Runs that no agent looks after tell that their process lives, as Prefect's do: when that stops, the control plane knows
 * that they have crashed.
 */
export class Heartbeats {
  private worker: Worker | null = null;

  constructor(private readonly config: ClientConfig) {}

  /** Answers how to end it. */
  begin(around: Surroundings): () => void {
    const { flowRunId: id } = around;
    const start = setTimeout(() => this.tell({ id, event: beatOf(around) }), firstMs);
    start.unref();
    return () => {
      clearTimeout(start);
      if (this.worker) this.tell({ id, event: null });
    };
  }

  private tell(word: { id: string; event: Beat | null }): void {
    this.worker ??= this.start();
    this.worker.postMessage(word);
  }

  private start(): Worker {
    const { apiUrl, apiKey } = this.config;
    const worker = new Worker(thread, {
      eval: true,
      // What the process was started with may be meant for code of the user: loaders, for example.
      execArgv: [],
      workerData: { url: `${apiUrl}/events`, key: apiKey, soonMs, everyMs },
      resourceLimits: { maxOldGenerationSizeMb: 32 },
    });
    worker.unref();
    worker.on('error', () => undefined);
    worker.once('exit', () => (this.worker = null));
    return worker;
  }
}

function beatOf(around: Surroundings): Beat {
  const resource = {
    'prefect.resource.id': `prefect.flow-run.${around.flowRunId}`,
    'prefect.resource.name': around.flowRunName,
  };
  const [, ...related] = relatedRuns(around);
  return { event: 'prefect.flow-run.heartbeat', resource, related, payload: {} };
}
