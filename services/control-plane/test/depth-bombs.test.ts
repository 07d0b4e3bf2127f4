import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from './app.js';

/** What is nested as deep as a body may be breaks nothing, wherever it stands: it is kept, or refused in words. */
let app: TestApp;
let owner: Tenant;
let flow: string;
let run: string;
let deployment: string;
beforeAll(async () => {
  app = await startTestApp({ HEADGATE_LIMIT_REQUESTS: '100000' });
  owner = await app.tenant();
  flow = (await send('POST', '/flows/', { name: 'f' })).body.id;
  deployment = (await send('POST', '/deployments/', { name: 'd', flow_id: flow })).body.id;
  run = (await send('POST', '/flow_runs/', { flow_id: flow })).body.id;
});
afterAll(() => app.close());

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
const send = (method: Method, at: string, body?: unknown) => app.inject(method, `/api${at}`, body, owner.key);
/** With the body around it, just within the 200 levels that are read. */
const levels = 190;
const lists = JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown;
const objects = JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels)) as unknown;
const schemas = JSON.parse(
  '{"properties":{"a":'.repeat(levels / 2 - 1) + '{"type":"integer"}' + '}}'.repeat(levels / 2 - 1),
) as unknown;
const bombs = { lists, objects, schemas };

type Schema = { $ref?: string; properties?: object; anyOf?: Schema[]; allOf?: Schema[] };
type Operation = { requestBody?: { content: Record<string, { schema: Schema }> } };
const { paths, components } = JSON.parse(
  fs.readFileSync(path.join(import.meta.dirname, '../openapi.json'), 'utf8'),
) as { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } };

const fieldsOf = (schema: Schema): string[] =>
  schema.$ref
    ? fieldsOf(components.schemas[schema.$ref.split('/').at(-1)!] ?? {})
    : [
        ...Object.keys(schema.properties ?? {}),
        ...[...(schema.anyOf ?? []), ...(schema.allOf ?? [])].flatMap(fieldsOf),
      ];

const doors = Object.entries(paths).flatMap(([at, methods]) =>
  Object.entries(methods)
    .filter(([, { requestBody }]) => requestBody)
    .map(([method, { requestBody }]) => ({
      method: method.toUpperCase() as Method,
      at,
      fields: [...new Set(Object.values(requestBody!.content).flatMap(({ schema }) => fieldsOf(schema)))],
    })),
);

test('no field of any door breaks by what is nested in it', async () => {
  expect(doors.length).toBeGreaterThan(100);
  const broken: string[] = [];
  for (const { method, at, fields } of doors) {
    const filled = at
      .replace('{account_id}', owner.accountId)
      .replace('{workspace_id}', owner.workspaceId)
      .replaceAll(/\{[^}]*\}/g, () => crypto.randomUUID());
    const bodies = Object.values(bombs).flatMap((bomb) => [bomb, ...fields.map((field) => ({ [field]: bomb }))]);
    for (const body of bodies) {
      const { status } = await app.inject(method, filled, body, owner.key);
      if (status >= 500) broken.push(`${method} ${at} ${JSON.stringify(body).slice(0, 60)} ${status}`);
    }
  }
  expect(broken).toEqual([]);
});

const documents: [string, (bomb: unknown, n: number) => [Method, string, unknown]][] = [
  [
    'parameters of a deployment',
    (bomb, n) => ['POST', '/deployments/', { name: `d${n}`, flow_id: flow, parameters: { bomb } }],
  ],
  [
    'job variables of a deployment',
    (bomb, n) => ['POST', '/deployments/', { name: `d${n}`, flow_id: flow, job_variables: { bomb } }],
  ],
  ['pull steps', (bomb, n) => ['POST', '/deployments/', { name: `d${n}`, flow_id: flow, pull_steps: [{ bomb }] }]],
  [
    'a schema',
    (bomb, n) => [
      'POST',
      '/deployments/',
      { name: `d${n}`, flow_id: flow, parameter_openapi_schema: { properties: { a: bomb } }, parameters: { a: bomb } },
    ],
  ],
  ['parameters of a run', (bomb) => ['POST', '/flow_runs/', { flow_id: flow, parameters: { bomb } }]],
  ['the context of a run', (bomb) => ['POST', '/flow_runs/', { flow_id: flow, context: { bomb } }]],
  [
    'data of a first state',
    (bomb) => ['POST', '/flow_runs/', { flow_id: flow, state: { type: 'PENDING', data: bomb } }],
  ],
  [
    'parameters of a run of a deployment',
    (bomb) => ['POST', `/deployments/${deployment}/create_flow_run`, { parameters: { bomb } }],
  ],
  [
    'data of a state',
    (bomb) => ['POST', `/flow_runs/${run}/set_state`, { force: true, state: { type: 'RUNNING', data: bomb } }],
  ],
  [
    'an input of a run',
    (bomb, n) => ['POST', `/flow_runs/${run}/input`, { key: `k${n}`, value: JSON.stringify(bomb) }],
  ],
  ['a variable', (bomb, n) => ['POST', '/variables/', { name: `v${n}`, value: bomb }]],
  ['an artifact', (bomb) => ['POST', '/artifacts/', { key: 'a', type: 'json', data: bomb }]],
  [
    'a template of jobs',
    (bomb, n) => [
      'POST',
      '/work_pools/',
      {
        name: `p${n}`,
        type: 'process',
        base_job_template: { variables: { properties: { a: bomb } }, job_configuration: { b: bomb } },
      },
    ],
  ],
  [
    'a saved search',
    (bomb, n) => [
      'PUT',
      '/saved_searches/',
      { name: `s${n}`, filters: [{ object: 'o', property: 'p', type: 't', operation: 'x', value: bomb }] },
    ],
  ],
  [
    'an event',
    (bomb) => [
      'POST',
      '/events',
      [
        {
          id: crypto.randomUUID(),
          occurred: new Date().toISOString(),
          event: 'deep.happened',
          resource: { 'prefect.resource.id': 'deep' },
          payload: { bomb },
        },
      ],
    ],
  ],
  [
    'a block',
    (bomb, n) => ['POST', '/block_types/', { name: `b${n}`, slug: `b${n}`, code_example: JSON.stringify(bomb) }],
  ],
];

test.each(documents)('%s may be nested deep: whoever lists it afterwards is answered', async (_, ask) => {
  let n = 0;
  for (const bomb of Object.values(bombs)) {
    const [method, at, body] = ask(bomb, n++);
    const { status, text } = await send(method, at, body);
    expect(status, text.slice(0, 300)).toBeLessThan(500);
    const list = at.startsWith('/events') || at.includes('/input') ? null : `/${at.split('/')[1]}/filter`;
    if (list) expect((await send('POST', list, {})).status).toBe(200);
  }
  for (const list of ['flow_runs', 'deployments', 'events']) {
    const body = list === 'events' ? { filter: {} } : {};
    expect((await send('POST', `/${list}/filter`, body)).status, list).toBe(200);
  }
});
