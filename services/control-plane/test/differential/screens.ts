import type { Http } from '../property/http.js';
import type { Seeded } from './seed.js';

const nobody = '00000000-0000-4000-8000-000000000000';
const since = '2020-01-01T00:00:00Z';

/** What is asked in words of the seeded world; names in braces are ids of it. */
const asked: [method: 'GET' | 'POST', path: string, body?: unknown][] = [
  ['POST', '/ui/flows/count-deployments', { flow_ids: ['{etl}', '{idle}', '{report}', nobody] }],
  ['POST', '/ui/flows/count-deployments', { flow_ids: [] }],
  ['POST', '/ui/flows/next-runs', { flow_ids: ['{etl}', '{ingest}', '{report}', '{idle}', nobody] }],
  ['POST', '/ui/flow_runs/count-task-runs', { flow_run_ids: ['{done}', '{running}', '{later1}', '{pending}', nobody] }],
  ['POST', '/ui/flow_runs/history', { sort: 'NAME_ASC' }],
  ['POST', '/ui/flow_runs/history', { sort: 'NAME_DESC', limit: 3, offset: 2 }],
  ['POST', '/ui/flow_runs/history', { sort: 'NAME_ASC', flows: { name: { any_: ['etl'] } } }],
  ['POST', '/ui/flow_runs/history', { sort: 'NAME_ASC', work_pools: { name: { any_: ['heavy'] } } }],
  ['POST', '/ui/flow_runs/history', { sort: 'NAME_ASC', task_runs: { tags: { all_: ['x'] } }, limit: null }],
  ['POST', '/ui/task_runs/count', {}],
  ['POST', '/ui/task_runs/count', { task_runs: { tags: { all_: ['x'] } } }],
  ['POST', '/ui/task_runs/count', { flow_runs: { name: { any_: ['running'] } }, flows: { tags: { all_: ['a'] } } }],
  ['POST', '/ui/task_runs/dashboard/counts', { task_runs: {} }],
  ['POST', '/ui/task_runs/dashboard/counts', { task_runs: { start_time: { before_: since } } }],
  ['POST', '/ui/task_runs/dashboard/counts', { task_runs: { start_time: { after_: '2090-01-01T00:00:00Z' } } }],
  ['POST', '/ui/task_runs/dashboard/counts', { task_runs: { start_time: { after_: since } } }],
  [
    'POST',
    '/ui/task_runs/dashboard/counts',
    { task_runs: { start_time: { after_: since }, state: { type: { any_: ['RUNNING'] } } } },
  ],
  ['POST', '/ui/task_runs/dashboard/counts', { task_runs: { start_time: { after_: since }, tags: { all_: ['y'] } } }],
  ['GET', '/ui/task_runs/{extract}'],
  ['GET', '/ui/task_runs/{alone}'],
  ['GET', `/ui/task_runs/${nobody}`],
  ['GET', '/ui/task_runs/nothing'],
  ['GET', '/observed-states?order_by=NAME_ASC'],
  ['GET', '/observed-states?order_by=NAME_ASC&query=RUN'],
  ['GET', '/observed-states?order_by=NAME_ASC&query=%20odd%20'],
  ['GET', '/observed-states?order_by=NAME_ASC&query=%25'],
  ['GET', '/observed-states?order_by=NAME_ASC&query=_'],
  ['GET', '/observed-states?order_by=NAME_ASC&limit=2'],
  ['GET', '/observed-states?limit=0'],
  ['GET', '/observed-states?limit=201&order_by=x'],
  ['GET', `/observed-states?query=${'a'.repeat(101)}`],
  ...schemas().map(([schema, values]): ['POST', string, unknown] => [
    'POST',
    '/ui/schemas/validate',
    { schema, values },
  ]),
  ['POST', '/ui/schemas/validate', { schema: {} }],
  ['POST', '/ui/schemas/validate', { schema: [], values: 5 }],
];

function schemas(): [schema: object, values: object][] {
  const a = (schema: object) => ({ type: 'object', properties: { a: schema } });
  const holder = (kind: string, more: object) => ({ a: { __prefect_kind: kind, ...more } });
  const nested = a({ type: 'object', properties: { x: { type: 'integer' }, y: { enum: [1] } }, required: ['z'] });
  return [
    [{}, { a: 1 }],
    [{ ...a({ type: 'integer' }), required: ['a'] }, {}],
    [{ ...a({ type: 'integer' }), required: ['a'] }, { a: 'x' }],
    [a({ type: 'array', items: { type: 'string' } }), { a: [1, 'x', 2] }],
    [a({ type: 'array', items: { type: 'array', items: { type: 'integer' } } }), { a: [[1], ['x', 2, 'y']] }],
    [nested, { a: { x: 'q', y: 2 } }],
    [nested, { a: null }],
    [{ required: ['p', 'q'] }, {}],
    [{ type: 'object', additionalProperties: false }, { zz: 1 }],
    [{ minProperties: 2 }, { a: 1 }],
    [a({ anyOf: [{ type: 'integer' }, { type: 'null' }] }), { a: 's' }],
    [{ type: 'nope' }, {}],
    [{ properties: { a: { $ref: '#/definitions/Nope' } } }, { a: 1 }],
    [{ definitions: { A: { $ref: '#/definitions/A' } }, properties: { a: { $ref: '#/definitions/A' } } }, { a: 1 }],
    [a({ type: 'integer' }), holder('workspace_variable', { variable_name: 'nobody' })],
    [a({ type: 'integer' }), holder('json', { value: '{' })],
    [a({ type: 'integer' }), holder('json', { value: '5' })],
    [a({ type: 'integer' }), holder('json', { value: '"x"' })],
    [a({ type: 'integer' }), holder('json', {})],
    [a({ type: 'integer' }), holder('none', {})],
    [a({ type: 'integer' }), holder('jinja', { template: '{{ 1' })],
    [a({ type: 'integer' }), holder('jinja', { template: '{{ 1 }}' })],
    [a({ type: 'integer' }), holder('unknown', { value: 'x' })],
    [a({ type: 'array', items: { type: 'integer' } }), { a: [1, { __prefect_kind: 'json', value: 'x' }, 'y'] }],
  ];
}

const moving = new Set(['created', 'updated', 'timestamp', 'first_seen', 'last_seen', 'id', 'state_id']);
const moment = /^\d{4}-\d\d-\d\dT/;

/** An answer without what differs between servers and from moment to moment: ids, times, durations. */
function still(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => still(each));
  if (typeof value === 'string' && (moving.has(key) || moment.test(value))) return '…';
  if (typeof value === 'number' && !Number.isInteger(value)) return '…';
  if (typeof value === 'number' && /duration|lateness|_time$|delta$|retry_delay_seconds/.test(key)) return '…';
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, each]) => [name, still(each, name)]),
  );
}

/** Asks a server that has the seeded world; answers the text of `screens.txt`. */
export async function screensOf(http: Http, ids: Seeded): Promise<string> {
  const named = (text: string) => text.replaceAll(/\{([\w /-]+)\}/g, (name, key: string) => ids[key] ?? name);
  const unnamed = (text: string) =>
    Object.entries(ids).reduce((whole, [name, id]) => whole.replaceAll(id, `{${name}}`), text);
  const blocks: string[] = [];
  for (const [method, path, body] of asked) {
    const text = body === undefined ? '' : JSON.stringify(body);
    const answer = await http(method, named(path), text ? JSON.parse(named(text)) : undefined);
    const rows: unknown = JSON.parse(unnamed(JSON.stringify(answer.body)));
    const lines = Array.isArray(rows) ? rows.map((row) => JSON.stringify(still(row))) : [JSON.stringify(still(rows))];
    blocks.push(
      [`${method} ${path} ${text}`.trim(), ...[answer.status, ...lines].map((line) => `    ${line}`)].join('\n'),
    );
  }
  return `${blocks.join('\n')}\n`;
}
