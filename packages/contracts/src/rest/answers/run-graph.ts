import { z } from 'zod';
import { flag, id, orNull, seconds, text, time } from './shared.js';
import { stateAnswer, stateType } from './states.js';

const edges = z.array(z.strictObject({ id }));
const artifact = z
  .strictObject({ id, created: time, key: orNull(text), type: orNull(text), is_latest: flag, data: z.unknown() })
  .meta({ id: 'GraphArtifact' });
const node = z
  .strictObject({
    kind: z.enum(['flow-run', 'task-run']),
    id,
    label: text,
    state_type: stateType,
    start_time: time,
    end_time: orNull(time),
    parents: edges,
    children: edges,
    encapsulating: edges,
    artifacts: z.array(artifact),
  })
  .meta({ id: 'GraphNode' });

export const graphAnswer = z
  .strictObject({
    start_time: orNull(time),
    end_time: orNull(time),
    root_node_ids: z.array(id),
    nodes: z.array(z.tuple([id, node])),
    artifacts: z.array(artifact),
    states: z.array(z.strictObject({ id, timestamp: time, type: stateType, name: text })),
  })
  .meta({ id: 'Graph' });

export const dependenciesAnswer = z.array(
  z.strictObject({
    id,
    name: text,
    upstream_dependencies: z.array(z.strictObject({ input_type: z.literal('task_run'), id })),
    state: orNull(stateAnswer),
    expected_start_time: orNull(time),
    start_time: orNull(time),
    end_time: orNull(time),
    total_run_time: orNull(seconds),
    estimated_run_time: orNull(seconds),
    untrackable_result: flag,
  }),
);
