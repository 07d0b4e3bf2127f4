import { made, mapMany, verdictOf, type Http } from './http.js';
import { proposals, standing } from './matrix-cases.js';

type Table = { title: string; deployed: boolean; force: boolean };
const tables: Table[] = [
  { title: 'Without a deployment', deployed: false, force: false },
  { title: 'With a deployment', deployed: true, force: false },
  { title: 'Forced', deployed: true, force: true },
];

const head = `What becomes of a proposal: the row stands, the column is proposed. A Prefect server 3.8.8
has written this file (test/differential/matrix.test.ts); ours has to answer alike. + is accepted, the letters are below.`;

/** Tries every proposal on every standing state; answers the text of `matrix.txt`. */
export async function matrixOf(http: Http, atOnce: number): Promise<string> {
  const flow = await made(http('POST', '/flows/', { name: 'matrix' }));
  const deployment = await made(http('POST', '/deployments/', { name: 'matrix', flow_id: flow.id }));
  const cells = tables.flatMap((table) =>
    Object.keys(standing).flatMap((row) => Object.keys(proposals).map((column) => ({ table, row, column }))),
  );
  const verdicts = await mapMany(cells, atOnce, ({ table, row, column }) =>
    attempt(http, { flow_id: flow.id, deployment_id: table.deployed ? deployment.id : null }, row, column, table.force),
  );
  return render(verdicts);
}

async function attempt(http: Http, owner: object, row: string, column: string, force: boolean): Promise<string> {
  const { state, policy, pid } = standing[row]!;
  // The reference cannot create a run that has a result already: it is moved there.
  const first = state.data ? { type: 'RUNNING' } : state;
  const run = await made(http('POST', '/flow_runs/', { ...owner, state: first, empirical_policy: policy }));
  if (first !== state) await made(http('POST', `/flow_runs/${run.id}/set_state`, { state, force: true }));
  if (pid) await made(http('PATCH', `/flow_runs/${run.id}`, { infrastructure_pid: pid }));
  return verdictOf(await http('POST', `/flow_runs/${run.id}/set_state`, { state: proposals[column], force }));
}

function render(verdicts: string[]): string {
  const letters = new Map([['ACCEPT', '+']]);
  const letterOf = (verdict: string) => {
    const letter = letters.get(verdict) ?? 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'[letters.size - 1]!;
    letters.set(verdict, letter);
    return letter;
  };
  const columns = Object.keys(proposals);
  const rows = Object.keys(standing);
  const width = Math.max(...rows.map((row) => row.length)) + 2;
  let at = 0;
  const blocks = tables.map(({ title }) => {
    const lines = rows.map(
      (row) => row.padEnd(width) + columns.map((column) => letterOf(verdicts[at++]!).padEnd(column.length)).join(' '),
    );
    return [title.padEnd(width) + columns.join(' '), ...lines].map((line) => line.trimEnd()).join('\n');
  });
  const legend = [...letters].slice(1).map(([verdict, letter]) => `${letter}  ${verdict}`);
  return [head, ...blocks, legend.join('\n')].join('\n\n') + '\n';
}
