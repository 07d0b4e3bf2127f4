// What is measured by legs, what it should reach, and what a Prefect server does beside it in turns: the same
// (`peer: true`), or what of its own comes closest.
import { idleAgents, idleHerd, sharedSlots } from './agents.mjs';
import { claimLatency, pollLatency } from './claim-latency.mjs';
import { createInBulk, eventBatches, logLines, singleEvents, taskRuns } from './ingest.mjs';
import { startLatency } from './start-latency.mjs';
import { viewers } from './viewers.mjs';
import { createRuns, lifecycles } from './workloads.mjs';

/** It has no bulk creation, and serves 4 to 64 clients at about the same rate: one process is busy with each run for 20 ms. */
const oneByOne = {
  as: 'single creates by 64 clients, the same parameters: it has none in bulk',
  work: (side) => createRuns({ ...side, clients: 64, parameters: { n: 1 } }),
};
const polled = { as: 'answered to one poller that asks without a pause', work: pollLatency, isLatency: true };

export const metrics = [
  { id: 'M1', name: 'create run, single, 32 clients', work: createRuns, aim: { rate: 1500, cpu: 0.7 }, peer: true },
  {
    id: 'M2',
    name: 'create runs in bulk, requests of 500, 4 clients',
    work: createInBulk,
    aim: { rate: 12_000 },
    peer: oneByOne,
  },
  { id: 'M3', name: 'full lifecycle, 64 clients', work: lifecycles, aim: { rate: 600, cpu: 1.8 }, peer: true },
  {
    id: 'M4',
    name: 'task runs over 100 sockets, three states each',
    work: taskRuns,
    aim: { rate: 3000, lag: 1000 },
    peer: true,
  },
  {
    id: 'M5',
    name: 'log lines, batches of 200, 8 clients',
    work: logLines,
    aim: { rate: 40_000, cpu: 0.03 },
    peer: true,
  },
  { id: 'M6', name: 'events, batches of 50, 16 clients', work: eventBatches, aim: { rate: 25_000 }, peer: true },
  { id: 'M6s', name: 'events, one by one, 16 clients', work: singleEvents, aim: { rate: 1500 }, peer: true },
  {
    id: 'M7',
    name: 'committed → claimed by an idle agent',
    work: claimLatency,
    aim: { p50: 10, p99: 50 },
    peer: polled,
  },
  { id: 'M7r', name: 'committed → Running of a warm no-op', work: startLatency, aim: { p50: 60 } },
  ...[1, 4, 16].map((agents) => ({
    id: 'M8',
    name: `64 slots of a pool, ${agents} agents, created → Completed`,
    work: sharedSlots(agents),
    aim: { cpu: 3 },
  })),
  ...[1, 100, 1000].map((agents) => ({
    id: 'M9',
    name: `committed → claimed, ${agents} idle agents at the pool`,
    work: idleHerd(agents),
    aim: { p50: 20 },
  })),
  { id: 'M9i', name: '10,000 idle agents at 100 pools', work: idleAgents(10_000, 100), aim: { cpu: 0.015 } },
  { id: 'M15', name: '480 browsers on the page of one run', work: viewers(480), aim: { cpu: 0.05 } },
];
