import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../app.js';

/** What a Prefect server says to requests that it does not take (seen on 3.8.8): the status, and where and what is wrong. */
let app: TestApp;
let owner: Tenant;
let flow: string;
let run: string;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  flow = (await send('POST', '/flows/', { name: 'f' })).body.id;
  run = (await send('POST', '/flow_runs/', { flow_id: flow })).body.id;
});
afterAll(() => app.close());

const send = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) =>
  app.inject(method, `/api${path}`.replace('{flow}', flow).replace('{run}', run), body, owner.key);

/** A few of each kind; the words of many more are held to a recording in `test/differential`. */
const wrong: [path: string, body: unknown, type: string, loc: string][] = [
  ['/flows/', {}, 'missing', 'body.name'],
  ['/flows/', [], 'model_attributes_type', 'body'],
  ['/flows/', { name: 'a/b' }, 'string_pattern_mismatch', 'body.name'],
  ['/flows/', { name: 'x', colour: 1 }, 'extra_forbidden', 'body.colour'],
  ['/flows/', { name: 'x', labels: { a: [] } }, 'float_type', 'body.labels.a.float'],
  ['/flows/filter', 5, 'missing', 'body.limit'],
  ['/flows/filter', { limit: 'x' }, 'int_parsing', 'body.limit'],
  ['/flows/filter', { sort: 'NOPE' }, 'enum', 'body.sort'],
  ['/flows/filter', { flows: { id: { any_: ['x'] } } }, 'uuid_parsing', 'body.flows.id.any_.0'],
  ['/flow_runs/{run}/set_state', { state: {} }, 'missing', 'body.state.type'],
  ['/v2/concurrency_limits/', { name: 'l', limit: -1 }, 'greater_than_equal', 'body.limit'],
  ['/logs/', [{}], 'missing', 'body.0.name'],
];

test.each(wrong)('%s refuses %j: %s at %s', async (path, body, type, loc) => {
  const answer = await send('POST', path, body);
  expect(answer.status).toBe(422);
  expect(answer.body.exception_message).toBe('Invalid request received.');
  const issues = answer.body.exception_detail.map((issue: { type: string; loc: unknown[] }) => [
    issue.type,
    issue.loc.join('.'),
  ]);
  expect(issues).toContainEqual([type, loc]);
  expect(answer.body.request_body).toEqual(body);
});

test('the members of every mistake stand in the order in which a Prefect server writes them', async () => {
  const asked: [path: string, body: unknown][] = [
    ...wrong.map(([path, body]): [string, unknown] => [path, body]),
    ['/flows/', null],
    ['/variables/', { name: 'A b', value: 1 }],
    ['/flow_runs/{run}/set_state', { state: null }],
    ['/flow_runs/filter', { flow_runs: { start_time: { before_: true } } }],
    ['/deployments/', { name: 'd', flow_id: flow, schedules: [{ schedule: { interval: 'x' } }] }],
    ['/events/count-by/nothing', {}],
  ];
  for (const [path, body] of asked) {
    const { exception_detail: mistakes } = (await send('POST', path, body)).body;
    expect([path, mistakes.length > 0]).toEqual([path, true]);
    for (const mistake of mistakes)
      expect([path, Object.keys(mistake).join()]).toEqual([path, `type,loc,msg,input${mistake.ctx ? ',ctx' : ''}`]);
  }
});

test('an error says what was sent, and what would do', async () => {
  const { body } = await send('POST', '/flows/filter', { offset: -1, flows: { operator: 'xor_' } });
  expect(body.exception_detail).toEqual([
    {
      type: 'greater_than_equal',
      loc: ['body', 'offset'],
      msg: 'Input should be greater than or equal to 0',
      input: -1,
      ctx: { ge: 0 },
    },
    {
      type: 'enum',
      loc: ['body', 'flows', 'operator'],
      msg: "Input should be 'and_' or 'or_'",
      input: 'xor_',
      ctx: { expected: "'and_' or 'or_'" },
    },
  ]);
  expect((await send('POST', '/flows/', { name: 'x', size: 2 })).body.exception_detail).toEqual([
    { type: 'extra_forbidden', loc: ['body', 'size'], msg: 'Extra inputs are not permitted', input: 2 },
  ]);
});

test('of log lines everything that is wrong is said, and of every line', async () => {
  const right = { name: 'x', level: '20', message: 'm', timestamp: '2026-01-01T00:00:00Z' };
  const wrong = { name: 5, level: 'x', message: null, timestamp: true, flow_run_id: 'x', id: run };
  const { status, body } = await send('POST', '/logs/', [right, {}, wrong, 5]);
  expect(status).toBe(422);
  const told = (issue: { type: string; loc: unknown[]; input: unknown }) => [
    issue.loc.slice(1).join('.'),
    issue.type,
    issue.input,
  ];
  expect(body.exception_detail.map(told)).toEqual([
    ...['name', 'level', 'message', 'timestamp'].map((key) => [`1.${key}`, 'missing', {}]),
    ['2.name', 'string_type', 5],
    ['2.level', 'int_parsing', 'x'],
    ['2.message', 'string_type', null],
    ['2.timestamp', 'value_error', true],
    ['2.flow_run_id', 'uuid_parsing', 'x'],
    ['2.id', 'extra_forbidden', run],
    ['3', 'model_attributes_type', 5],
  ]);
  expect((await send('POST', '/logs/', [right, { ...right, timestamp: '2026-01-01T00:00:01.000Z' }])).status).toBe(201);
  const { body: stored } = await send('POST', '/logs/filter', {});
  expect(stored.map((line: { timestamp: string; level: number }) => [line.timestamp, line.level])).toEqual([
    ['2026-01-01T00:00:00.000000Z', 20],
    ['2026-01-01T00:00:01.000000Z', 20],
  ]);
});

test('a time that is none is said to be none, whatever it is; a rule of a field is told from its type', async () => {
  const before = (before_: unknown) => send('POST', '/flow_runs/filter', { flow_runs: { start_time: { before_ } } });
  for (const input of [true, [], {}, 1e20]) {
    const loc = ['body', 'flow_runs', 'start_time', 'before_'];
    const msg = 'value is not a valid datetime';
    expect((await before(input)).body.exception_detail).toEqual([{ type: 'value_error', loc, msg, input }]);
  }
  const rules: [path: string, body: object, key: string, msg: string][] = [
    [
      '/variables/',
      { name: 'A b', value: 1 },
      'name',
      'Variable name must only contain lowercase letters, numbers, and dashes or underscores.',
    ],
    ['/artifacts/', { key: 'A b' }, 'key', 'Artifact key must only contain lowercase letters, numbers, and dashes.'],
    [
      '/block_types/',
      { name: 'x', slug: 'A b' },
      'slug',
      'Block type slug must only contain lowercase letters, numbers, and dashes.',
    ],
  ];
  for (const [path, sent, key, rule] of rules) {
    const input = (sent as Record<string, unknown>)[key];
    expect((await send('POST', path, sent)).body.exception_detail).toEqual([
      { type: 'value_error', loc: ['body', key], msg: `Value error, ${rule}`, input, ctx: { error: {} } },
    ]);
  }
});

const lax: [limit: unknown, taken: boolean][] = [
  ...['2', ' 2 ', '+2', '2.0', '1_0', '007', '-0', true, false, 2.0].map((limit) => [limit, true] as [unknown, true]),
  ...['', '2.50', 'true', '1e1', '0x2', '2 0', '_2', 'x'].map((limit) => [limit, false] as [unknown, false]),
];
test.each(lax)('where a whole number is meant, that %j is one is %s', async (limit, taken) => {
  const { status, body } = await send('POST', '/flows/filter', { limit });
  expect(status).toBe(taken ? 200 : 422);
  if (taken) return;
  const msg = 'Input should be a valid integer, unable to parse string as an integer';
  expect(body.exception_detail).toEqual([{ type: 'int_parsing', loc: ['body', 'limit'], msg, input: limit }]);
});

test('numbers and flags may be written as text, wherever they stand', async () => {
  const empirical_policy = { retries: '2', retry_delay: ['1', '2.5'], retry_jitter_factor: '1e-1' };
  const task = { task_key: 't', dynamic_key: '0', empirical_policy };
  expect((await send('POST', '/task_runs/', task)).body.empirical_policy).toMatchObject({
    retries: 2,
    retry_delay: [1, 2.5],
    retry_jitter_factor: 0.1,
  });
  for (const [number, word] of ['tRuE', 'Y', 'on', '1', 1, 'OFF', 'no', 'f', '0', 0].entries()) {
    const pool = await send('POST', '/work_pools/', { name: `p${number}`, is_paused: word });
    expect([word, pool.body.is_paused]).toEqual([word, number < 5]);
  }
  const labels = { text: '2', flag: true, number: 2 };
  expect((await send('POST', '/flow_runs/', { flow_id: flow, labels })).body.labels).toMatchObject(labels);
});

test.each([' true', '2', '', 2, -1])('%j is no flag', async (is_paused) => {
  const { status, body } = await send('POST', '/work_pools/', { name: 'pool', is_paused });
  expect(status).toBe(422);
  const msg = 'Input should be a valid boolean, unable to interpret input';
  expect(body.exception_detail).toEqual([{ type: 'bool_parsing', loc: ['body', 'is_paused'], msg, input: is_paused }]);
});

test('what is wrong with a number that was written as text is said of the text', async () => {
  const sent = { limit: '2', offset: '-1' };
  const { body } = await send('POST', '/flows/filter', sent);
  expect(body.exception_detail).toMatchObject([{ type: 'greater_than_equal', loc: ['body', 'offset'], input: '-1' }]);
  expect(body.request_body).toEqual(sent);
  expect((await send('POST', '/flows/filter', { limit: '500' })).body).toEqual({
    detail: 'Invalid limit: must be less than or equal to 200.',
  });
});

test('limits that are too large or too small are said in the short form that the command line looks for', async () => {
  expect(await send('POST', '/flows/filter', { limit: 201 })).toMatchObject({
    status: 422,
    body: { detail: 'Invalid limit: must be less than or equal to 200.' },
  });
  expect(await send('POST', '/flow_runs/filter', { limit: -1 })).toMatchObject({
    status: 422,
    body: { detail: 'Invalid limit: must be greater than or equal to 0.' },
  });
});

test('a body that is no JSON is refused, and said back', async () => {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${owner.key}` };
  const answer = await app.app.inject({ method: 'POST', url: '/api/flows/', payload: '{"name":', headers });
  expect([answer.statusCode, answer.json()]).toEqual([
    422,
    {
      exception_message: 'Invalid request received.',
      exception_detail: [
        {
          type: 'json_invalid',
          loc: ['body', 8],
          msg: 'JSON decode error',
          input: {},
          ctx: { error: 'Expecting value' },
        },
      ],
      request_body: '{"name":',
    },
  ]);
});

test('no body, an empty one and null ask for everything', async () => {
  for (const payload of ['', 'null', '{}']) {
    const headers = { authorization: `Bearer ${owner.key}` };
    const answer = await app.app.inject({ method: 'POST', url: '/api/flows/filter', payload, headers });
    expect([payload, answer.statusCode, answer.json().length]).toEqual([payload, 200, 1]);
  }
});

test('null at the top of a body is as if it were absent; keys that are not known are ignored there', async () => {
  const body = { limit: null, sort: null, offset: null, flows: null, flow_runs: null, work_queues: null, colour: 1 };
  expect((await send('POST', '/flows/filter', body)).body).toHaveLength(1);
});

test('what is not there, or cannot be, is 404', async () => {
  const absent = randomUUID();
  const answers: [path: string, detail: string][] = [
    ['/flows/x', 'Not Found'],
    ['/nope', 'Not Found'],
    [`/flows/${absent}`, 'Flow not found'],
    ['/flows/name/x', 'Flow not found'],
    [`/flow_runs/${absent}`, 'Flow run not found'],
    [`/deployments/${absent}`, 'Deployment not found'],
    [`/task_runs/${absent}`, 'Task not found'],
    ['/work_pools/x', 'Work pool "x" not found.'],
    [`/artifacts/${absent}`, 'Artifact not found.'],
  ];
  for (const [path, detail] of answers) {
    const { status, body } = await send('GET', path);
    expect([path, status, body]).toEqual([path, 404, { detail }]);
  }
});

test('queries are checked like bodies, without one to say back', async () => {
  const { status, body } = await send('GET', '/flow_run_states/');
  expect([status, body.request_body]).toEqual([422, null]);
  expect(body.exception_detail).toMatchObject([
    { type: 'missing', loc: ['query', 'flow_run_id'], msg: 'Field required' },
  ]);
  expect((await send('GET', '/flow_run_states/?flow_run_id=x')).body.exception_detail).toMatchObject([
    { type: 'uuid_parsing', loc: ['query', 'flow_run_id'] },
  ]);
});

test('ids may be written in capitals, or without dashes', async () => {
  for (const id of [flow.toUpperCase(), flow.replaceAll('-', '')]) {
    expect((await send('GET', `/flows/${id}`)).body.id).toBe(flow);
    expect((await send('POST', '/flows/filter', { flows: { id: { any_: [id] } } })).body).toHaveLength(1);
  }
});

test('a flow that is not there makes a conflict', async () => {
  const { status, body } = await send('POST', '/flow_runs/', { flow_id: randomUUID() });
  expect([status, body.detail]).toEqual([409, expect.stringMatching(/^Data integrity conflict\./)]);
});
