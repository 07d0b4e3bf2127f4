const byFlows =
  'Flows and tasks do this by themselves while they run, by the hundred a second: their clients speak REST and websockets.';
const byAgents =
  'Agents and workers do this by themselves, in a protocol of their own; a person has nothing to say in it.';
const atRegistration =
  'Clients register the blocks that their code defines, with checksums that they reckon: nobody writes these by hand.';
const ofBrowsers = 'Only browsers have sessions. Programs have API keys.';

/** What is not done over GraphQL, on purpose, and why. */
export const notInGraphql: Record<string, string> = {
  'agent.leave': byAgents,
  'artifact.create': byFlows,
  'block-schema.create': atRegistration,
  'block-type.create': atRegistration,
  'block-type.update': atRegistration,
  'concurrency-lease.release': byFlows,
  'concurrency-lease.renew': byFlows,
  'concurrency-slot.give-back': byFlows,
  'concurrency-slot.lease': byFlows,
  'concurrency-slot.take': byFlows,
  'deployment.poll': byAgents,
  'event.ingest': byFlows,
  'event.store': 'It is what a websocket of events does with those that it has paid for.',
  'flow-run-input.create': 'Flow runs send it to each other. What people answer is `runInput` of `resumeFlowRun`.',
  'flow-run-input.delete': byFlows,
  'flow-run.create': 'A run without a deployment is made by the process that runs it: nobody else could begin it.',
  'flow.create': 'The first run of a flow makes it, and `prefect deploy` and the SDK do.',
  'log.write': byFlows,
  'run-claim.abandon': byAgents,
  'run-claim.release': byAgents,
  'run-claim.renew': byAgents,
  'run-claim.take': byAgents,
  'tag-slot.give-back': byFlows,
  'tag-slot.take': byFlows,
  'task-run.create': byFlows,
  'task-run.rename': byFlows,
  'task-run.set-state': byFlows,
  'work-pool.poll': byAgents,
  'work-queue.poll': byAgents,
  'worker.beat': byAgents,
};

/** What is not done over REST, on purpose, and why. */
export const notInRest: Record<string, string> = {
  'event.store': 'A websocket does it: `/api/events/in`.',
  'user.sign-in': ofBrowsers,
  'user.sign-out': ofBrowsers,
  'user.sign-up': ofBrowsers,
};
