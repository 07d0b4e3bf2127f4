import { made, type Answer, type Http } from '../property/http.js';
import { doors, type Door } from './refused-bodies.js';

const head = `What is said to who sends a body that is wrong: each mistake by its type, its place, its words and what stood there.
A Prefect server 3.9.1 has written this file (refusals.test.ts); ours has to answer alike, to the letter.`;

type Ids = Record<string, string>;
const named = (text: string, ids: Ids): string => text.replaceAll(/\{(\w+)\}/g, (name, key) => ids[key] ?? name);
const unnamed = (text: string, ids: Ids): string =>
  Object.entries(ids).reduce((whole, [name, id]) => whole.replaceAll(id, `{${name}}`), text);

async function seed(http: Http): Promise<Ids> {
  const post = async (path: string, body: object) => made(http('POST', path, body));
  const { id: flow } = await post('/flows/', { name: 'refused' });
  const { id: run } = await post('/flow_runs/', { flow_id: flow });
  const { id: deployment } = await post('/deployments/', { name: 'refused', flow_id: flow });
  const { id: type } = await post('/block_types/', { name: 'refused', slug: 'refused' });
  await post('/work_pools/', { name: 'pool' });
  await post('/work_pools/pool/queues', { name: 'queue' });
  return { flow, run, deployment, type };
}

const bodiesOf = ({ right, wrong, whole = [], many }: Door): unknown[] => [
  ...whole,
  ...Object.entries(wrong).flatMap(([key, values]) =>
    values.map((value) => (many ? [{ ...right, [key]: value }] : { ...right, [key]: value })),
  ),
];

/** Sends every wrong body to its door; answers the text of `refusals.txt`. */
export async function refusalsOf(http: Http): Promise<string> {
  const ids = await seed(http);
  const blocks: string[] = [head];
  for (const door of doors) {
    const [method, path] = door.door.split(' ') as ['POST' | 'PATCH', string];
    const said: string[] = [];
    for (const body of bodiesOf(door)) {
      const text = JSON.stringify(body);
      const answer = await http(method, named(path, ids), JSON.parse(named(text, ids)));
      said.push([text, ...mistakesOf(answer).map((line) => `    ${unnamed(line, ids)}`)].join('\n'));
    }
    blocks.push([door.door, ...said].join('\n'));
  }
  return `${blocks.join('\n\n')}\n`;
}

type Detail = { type: string; loc: (string | number)[]; msg: string; input: unknown; ctx?: unknown };

function mistakesOf({ status, body }: Answer): string[] {
  const details: Detail[] | undefined = body?.exception_detail;
  if (!details) return [`${status} ${JSON.stringify(body)}`];
  return details.map(({ type, loc, msg, input, ctx }) =>
    [type, loc.join('.'), msg, JSON.stringify(input), ctx && JSON.stringify(ctx)].filter(Boolean).join(' | '),
  );
}
