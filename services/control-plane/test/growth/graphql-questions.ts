import fs from 'node:fs';
import path from 'node:path';
import { Kind, parse, print, type FragmentDefinitionNode, type OperationDefinitionNode } from 'graphql';

const features = path.resolve(import.meta.dirname, '../../../../web/src/features');

/** Every query that a page of the web app sends, whole, by its name. */
export const queriesOfThePages = (): Map<string, string> => documentsOfThePages(['query']);

/** Every document that the web app sends, whole, by the name of its operation. */
export function documentsOfThePages(kinds = ['query', 'mutation', 'subscription']): Map<string, string> {
  const operations: OperationDefinitionNode[] = [];
  const fragments: FragmentDefinitionNode[] = [];
  const files = fs
    .readdirSync(features, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.graphql'));
  for (const file of files) {
    for (const definition of parse(fs.readFileSync(path.join(features, file), 'utf8')).definitions) {
      if (definition.kind === Kind.OPERATION_DEFINITION && kinds.includes(definition.operation))
        operations.push(definition);
      if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.push(definition);
    }
  }
  return new Map(operations.map((each) => [each.name!.value, whole(print(each), fragments)]));
}

/** The text with the fragments that it spreads, and those that these spread. */
function whole(text: string, fragments: FragmentDefinitionNode[]): string {
  const used = fragments.filter((each) => new RegExp(`\\.\\.\\.${each.name.value}\\b`).test(text));
  const missing = used.filter((each) => !text.includes(`fragment ${each.name.value} on`));
  return missing.length === 0 ? text : whole(text + missing.map(print).join('\n'), fragments);
}

type Place = Record<'flow' | 'deployment' | 'run' | 'failed' | 'subflow' | 'task', string> & {
  since: string;
  until: string;
};

/** What the pages ask with: for each query the variables of its usual filters, beside the workspace. */
export function variablesOfThePages(ids: Place): Record<string, object[]> {
  const { since, until } = ids;
  const pages = { first: 50 };
  const upToNow = { until };
  return {
    Viewer: [{}],
    ApiKeys: [{}],
    SignUpOpen: [{}],
    Flows: [{ first: 50 }, { first: 50, filter: { search: 'flow-1' } }, { first: 50, filter: { tags: ['nightly'] } }],
    Flow: [{ id: ids.flow }],
    SearchWorkspace: ['lucid-otter', 'flow-17', 'nothing like it'].map((text) => ({ text, now: until })),
    RunLogs: [{ flowRunId: ids.failed, first: 200 }],
    RunCounts: [{ since, until, ahead: new Date(Date.parse(until) + 366 * 86_400_000).toISOString() }],
    FirstDeployment: [{ pool: 'pool-1' }, { pool: 'no such pool' }],
    TaskRuns: [{ flowRunId: ids.run, first: 100 }],
    TaskRun: [{ id: ids.task }],
    TaskRunLogs: [{ taskRunId: ids.task, first: 200 }],
    TaskRunArtifacts: [{ taskRunId: ids.task }],
    WorkPools: [{}],
    DueRuns: [
      { pools: ['pool-1'], ...upToNow },
      { pools: ['pool-1', 'pool-2', 'no such pool'], ...upToNow },
    ],
    Runs: [
      { ...pages, filter: upToNow },
      { ...pages, filter: upToNow, sort: 'OLDEST' },
      { ...pages, filter: { since: until } },
      { ...pages, filter: { since, until } },
      { ...pages, filter: { ...upToNow, search: 'lucid-otter' } },
      { ...pages, filter: { ...upToNow, search: 'nothing like it' } },
      { ...pages, filter: { ...upToNow, tags: ['team-3'] } },
      { ...pages, filter: { ...upToNow, tags: ['prod'] } },
      { ...pages, filter: { ...upToNow, tags: ['release-3'] } },
      { ...pages, filter: { ...upToNow, flowIds: [ids.flow] } },
      { ...pages, filter: { ...upToNow, deploymentIds: [ids.deployment] } },
      { ...pages, filter: { ...upToNow, workPoolNames: ['pool-1'] } },
      { ...pages, filter: { ...upToNow, hideSubflows: true } },
      ...['RUNNING', 'COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED', 'PENDING', 'SCHEDULED', 'PAUSED', 'CANCELLING'].map(
        (state) => ({ ...pages, filter: { ...upToNow, stateTypes: [state] } }),
      ),
      { ...pages, filter: { since, until, stateTypes: ['FAILED', 'CRASHED'] } },
      { ...pages, filter: { ...upToNow, stateTypes: ['COMPLETED'] }, sort: 'OLDEST' },
      { ...pages, filter: { ...upToNow, flowIds: [ids.flow], stateTypes: ['COMPLETED'] } },
    ],
    Run: [{ id: ids.run }, { id: ids.subflow }],
    SubflowRuns: [{ id: ids.run }],
    RunFilterChoices: [{}],
    RunArtifacts: [{ flowRunId: ids.run }],
    Deployments: [
      { first: 50 },
      { first: 50, filter: { search: 'deployment-1' } },
      { first: 50, filter: { tags: ['team-3'] } },
      { first: 50, filter: { flowId: ids.flow } },
      { first: 50, filter: { workPoolName: 'pool-1' } },
    ],
    Deployment: [{ id: ids.deployment }],
  };
}
