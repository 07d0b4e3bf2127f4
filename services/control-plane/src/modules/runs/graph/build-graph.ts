import type { GraphArtifactJson, GraphNodeJson } from '@headgate/contracts/rest/run-graph';
import type { StateType } from '@headgate/contracts';
import { badRequest } from '../../../core/errors/app-error.js';
import { oneByOne } from '../../../core/fair/in-slices.js';
import { dependenciesOf, type TaskInputs } from './inputs.js';

/** A task run of the flow run, or the subflow run that it stands for. */
export type NodeRow = {
  kind: 'flow-run' | 'task-run';
  id: string;
  label: string;
  state_type: StateType;
  start_time: string;
  end_time: string | null;
  task_inputs: TaskInputs;
};

type Edges = Map<string, string[]>;
type Graph = { roots: string[]; nodes: [string, GraphNodeJson][] };

/** Each of them stands twice in the answer. */
const edgesMax = 250_000;

/** Nodes in the order of their start; of those that ended before `since` only the edges to them remain. */
export async function buildGraph(
  rows: NodeRow[],
  artifacts: Map<string, GraphArtifactJson[]>,
  since: string | null,
): Promise<Graph> {
  const ordered = inOrderOfTime(rows);
  const { parents, children, encapsulating } = await edgesOf(ordered);
  const shown = ordered.filter(({ end_time: end }) => since === null || end === null || end >= since);
  const nodes = await oneByOne(shown, ({ task_inputs: _, ...row }): [string, GraphNodeJson] => [
    row.id,
    {
      ...row,
      parents: edges(parents.get(row.id)),
      children: edges(children.get(row.id)),
      encapsulating: edges(encapsulating.get(row.id)),
      artifacts: artifacts.get(row.id) ?? [],
    },
  ]);
  return { nodes, roots: nodes.filter(([, node]) => node.parents.length === 0).map(([id]) => id) };
}

const edges = (ids: string[] | undefined) => (ids ?? []).map((id) => ({ id }));

/** Times are text of one length, so that their order is that of the texts. What has not ended comes last. */
function inOrderOfTime(rows: NodeRow[]): NodeRow[] {
  const keyed = rows.map((row) => ({ row, key: [row.start_time, row.end_time ?? '~', row.id].join(' ') }));
  return keyed.sort((one, other) => (one.key < other.key ? -1 : 1)).map(({ row }) => row);
}

/** Each edge once, the far ends in the order of the nodes. A run that is no node of this graph makes no edge. */
async function edgesOf(ordered: NodeRow[]): Promise<{ parents: Edges; children: Edges; encapsulating: Edges }> {
  const place = new Map(ordered.map((row, index) => [row.id, index]));
  const inOrder = (ids: string[]) =>
    ids.filter((id) => place.has(id)).sort((one, other) => place.get(one)! - place.get(other)!);
  const parents: Edges = new Map();
  const encapsulating: Edges = new Map();
  const children: Edges = new Map(ordered.map((row) => [row.id, []]));
  let edges = 0;
  await oneByOne(ordered, (row) => {
    const dependencies = dependenciesOf(row.task_inputs);
    const [upstream, around] = [inOrder(dependencies.upstream), inOrder(dependencies.encapsulating)];
    edges += upstream.length + around.length;
    if (edges > edgesMax) throw badRequest(`The graph of the flow run has more than ${edgesMax} edges.`);
    parents.set(row.id, upstream);
    encapsulating.set(row.id, around);
    for (const parent of upstream) children.get(parent)!.push(row.id);
  });
  return { parents, children, encapsulating };
}
