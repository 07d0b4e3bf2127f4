import { Field, ID, ObjectType } from '@nestjs/graphql';
import type { StateType } from '@headgate/contracts';
import type { GraphArtifactJson, GraphJson, GraphNodeJson } from '@headgate/contracts/rest/run-graph';
import { Priced } from '../../../core/graphql/limits/price.js';
import { DateTimeScalar, JsonScalar } from '../../../core/graphql/scalars.js';
import { StateTypeEnum } from '../flow-runs/flow-run.objects.js';

@ObjectType('RunGraphArtifact')
export class RunGraphArtifactObject {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true }) key!: string | null;
  @Field() type!: string;
  @Field(() => DateTimeScalar) created!: string;
  @Field({ description: 'Whether it is the newest of its key.' }) isLatest!: boolean;
  @Field(() => JsonScalar, { nullable: true, description: 'Of progress artifacts only.' }) data!: unknown;
}

@ObjectType('RunGraphNode', { description: 'A task run, or the subflow run that it stands for.' })
export class RunGraphNodeObject {
  @Field({ description: 'flow-run or task-run.' }) kind!: string;
  @Field(() => ID) id!: string;
  @Field() label!: string;
  @Field(() => StateTypeEnum) stateType!: StateType;
  @Field(() => DateTimeScalar) startTime!: string;
  @Field(() => DateTimeScalar, { nullable: true }) endTime!: string | null;
  @Field(() => [ID], { description: 'Whose results it takes.' }) parentIds!: string[];
  @Field(() => [ID], { description: 'Who takes its result.' }) childIds!: string[];
  @Field(() => [ID], { description: 'The task runs within which it was called.' }) encapsulatingIds!: string[];
  @Priced({ size: 1 })
  @Field(() => [RunGraphArtifactObject])
  artifacts!: RunGraphArtifactObject[];
}

@ObjectType('RunGraph', { description: 'What a flow run is made of, and what leads to what.' })
export class RunGraphObject {
  @Field(() => DateTimeScalar, { nullable: true }) startTime!: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) endTime!: string | null;
  @Field(() => [ID], { description: 'Those that take no results of others.' }) rootNodeIds!: string[];
  @Priced({ size: 10 })
  @Field(() => [RunGraphArtifactObject], { description: 'Of the run itself.' })
  artifacts!: RunGraphArtifactObject[];
  /** For the resolver that counts them. */
  allNodes!: RunGraphNodeObject[];
}

const toArtifact = ({ is_latest: isLatest, ...rest }: GraphArtifactJson): RunGraphArtifactObject => ({
  ...rest,
  isLatest,
});
const idsOf = (edges: { id: string }[]): string[] => edges.map(({ id }) => id);

const toNode = (node: GraphNodeJson): RunGraphNodeObject => ({
  kind: node.kind,
  id: node.id,
  label: node.label,
  stateType: node.state_type,
  startTime: node.start_time,
  endTime: node.end_time,
  parentIds: idsOf(node.parents),
  childIds: idsOf(node.children),
  encapsulatingIds: idsOf(node.encapsulating),
  artifacts: node.artifacts.map(toArtifact),
});

export const toGraphObject = (graph: GraphJson): RunGraphObject => ({
  startTime: graph.start_time,
  endTime: graph.end_time,
  rootNodeIds: graph.root_node_ids,
  artifacts: graph.artifacts.map(toArtifact),
  allNodes: graph.nodes.map(([, node]) => toNode(node)),
});
