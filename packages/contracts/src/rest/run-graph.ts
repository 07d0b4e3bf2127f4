import { z } from 'zod';
import type { StateJson, StateType } from '../states.js';
import { dateTime } from './common.js';

/** The graph of a flow run: its task runs and subflow runs, and what feeds what. */

export const graphQuery = z.object({ since: dateTime.optional() });

type EdgeJson = { id: string };

export type GraphArtifactJson = {
  id: string;
  created: string;
  key: string | null;
  type: string;
  is_latest: boolean;
  /** Of progress artifacts only. */
  data: unknown;
};

export type GraphNodeJson = {
  kind: 'flow-run' | 'task-run';
  id: string;
  label: string;
  state_type: StateType;
  start_time: string;
  end_time: string | null;
  parents: EdgeJson[];
  children: EdgeJson[];
  /** The task runs within which this one was called. */
  encapsulating: EdgeJson[];
  artifacts: GraphArtifactJson[];
};

export type GraphStateJson = Pick<StateJson, 'id' | 'timestamp' | 'type' | 'name'>;

export type GraphJson = {
  start_time: string | null;
  end_time: string | null;
  root_node_ids: string[];
  nodes: [string, GraphNodeJson][];
  artifacts: GraphArtifactJson[];
  states: GraphStateJson[];
};

/** A task run with the task runs whose results it takes: the first version of the graph. */
export type DependencyJson = {
  id: string;
  name: string;
  upstream_dependencies: { input_type: 'task_run'; id: string }[];
  state: StateJson | null;
  expected_start_time: string | null;
  start_time: string | null;
  end_time: string | null;
  total_run_time: number;
  estimated_run_time: number;
  untrackable_result: boolean;
};
