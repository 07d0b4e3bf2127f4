import type { Http } from '../property/http.js';

/**
 * What is nothing: every field that may be null or empty, of every object, as it is read back after it was created with it,
 * and after it was changed to it. Written as one line each, so that the answers of two servers can be compared.
 */
type Kind = {
  name: string;
  /** Where one is made, and with what at least; `n` makes it the only one of its kind. */
  create: string;
  least(n: number, ids: Ids): object;
  read(id: string, body: Record<string, unknown>): string;
  update?: (id: string, body: Record<string, unknown>) => string;
  /** Where one does not come as a body of its own, or is not read as one. */
  sent?: (body: object) => unknown;
  made?: (answer: any) => Record<string, unknown>;
  find?: (answer: any, id: string) => Record<string, unknown>;
  /** What each field is like when it holds something. */
  fields: Record<string, unknown>;
  /** Only there in changes, or only in what is created. */
  onlyUpdated?: string[];
  onlyCreated?: string[];
};
type Ids = { flow: string; deployment: string; run: string; block_type: string; block_schema: string };

const byId = (path: string) => (id: string) => `${path}/${id}`;

const kinds: Kind[] = [
  {
    name: 'flow',
    create: '/flows/',
    least: (n) => ({ name: `nulls-${n}` }),
    read: byId('/flows'),
    update: byId('/flows'),
    fields: { tags: ['t'], labels: { l: 'v' } },
    onlyCreated: ['labels'],
  },
  {
    name: 'deployment',
    create: '/deployments/',
    least: (n, { flow }) => ({ name: `nulls-${n}`, flow_id: flow }),
    read: byId('/deployments'),
    update: byId('/deployments'),
    fields: {
      description: 'd',
      version: '1',
      path: '/p',
      entrypoint: 'f.py:f',
      pull_steps: [{ s: {} }],
      parameter_openapi_schema: { type: 'object' },
      labels: { l: 'v' },
      concurrency_options: { collision_strategy: 'ENQUEUE' },
      parameters: { a: 1 },
      job_variables: { a: 1 },
      tags: ['t'],
      enforce_parameter_schema: false,
      version_info: { type: 'vcs', version: '1' },
      storage_document_id: undefined,
      infrastructure_document_id: undefined,
      work_pool_name: undefined,
      work_queue_name: undefined,
      paused: true,
      schedules: undefined,
    },
    onlyCreated: ['labels'],
  },
  {
    name: 'flow run',
    create: '/flow_runs/',
    least: (_, { flow }) => ({ flow_id: flow, name: 'r', state: { type: 'SCHEDULED' } }),
    read: byId('/flow_runs'),
    update: byId('/flow_runs'),
    fields: {
      name: 'n',
      flow_version: '1',
      infrastructure_pid: 'pid',
      job_variables: { a: 1 },
      tags: ['t'],
      labels: { l: 'v' },
      parameters: { a: 1 },
      context: { a: 1 },
      idempotency_key: undefined,
      parent_task_run_id: undefined,
      deployment_id: undefined,
      infrastructure_document_id: undefined,
      work_pool_name: undefined,
      work_queue_name: undefined,
      empirical_policy: { retries: 2 },
    },
    onlyUpdated: ['infrastructure_pid'],
    onlyCreated: [
      'labels',
      'context',
      'idempotency_key',
      'parent_task_run_id',
      'deployment_id',
      'infrastructure_document_id',
      'work_pool_name',
      'work_queue_name',
    ],
  },
  {
    name: 'run of a deployment',
    create: '/deployments/{deployment}/create_flow_run',
    least: () => ({ name: 'r' }),
    read: byId('/flow_runs'),
    fields: {
      job_variables: { a: 1 },
      tags: ['t'],
      labels: { l: 'v' },
      parameters: { a: 1 },
      context: { a: 1 },
      idempotency_key: undefined,
      parent_task_run_id: undefined,
      infrastructure_document_id: undefined,
      work_queue_name: undefined,
    },
  },
  {
    name: 'task run',
    create: '/task_runs/',
    least: (n) => ({ name: 't', task_key: 'k', dynamic_key: `nulls-${n}`, flow_run_id: null }),
    read: byId('/task_runs'),
    fields: {
      cache_key: 'c',
      cache_expiration: '2099-01-01T00:00:00Z',
      task_version: '1',
      tags: ['t'],
      labels: { l: 'v' },
      task_inputs: { a: [] },
      flow_run_id: undefined,
    },
  },
  {
    name: 'artifact',
    create: '/artifacts/',
    least: () => ({ type: 'markdown' }),
    read: byId('/artifacts'),
    update: byId('/artifacts'),
    fields: {
      key: 'k',
      type: 'table',
      description: 'd',
      data: { a: null },
      metadata_: { a: 'b' },
      flow_run_id: undefined,
      task_run_id: undefined,
    },
    onlyCreated: ['key', 'type', 'flow_run_id', 'task_run_id'],
  },
  {
    name: 'variable',
    create: '/variables/',
    least: (n) => ({ name: `nulls_${n}`, value: 1 }),
    read: byId('/variables'),
    update: byId('/variables'),
    fields: { value: { a: null }, tags: ['t'] },
  },
  {
    name: 'work pool',
    create: '/work_pools/',
    least: (n) => ({ name: `nulls-${n}`, type: 'process' }),
    read: (_, { name }) => `/work_pools/${String(name)}`,
    update: (_, { name }) => `/work_pools/${String(name)}`,
    fields: { description: 'd', concurrency_limit: 3, is_paused: true, base_job_template: undefined },
  },
  {
    name: 'work queue',
    create: '/work_queues/',
    least: (n) => ({ name: `nulls-${n}` }),
    read: byId('/work_queues'),
    update: byId('/work_queues'),
    fields: { description: 'd', concurrency_limit: 3, is_paused: true, priority: 7, filter: undefined },
  },
  {
    name: 'concurrency limit',
    create: '/v2/concurrency_limits/',
    least: (n) => ({ name: `nulls-${n}`, limit: 5 }),
    read: byId('/v2/concurrency_limits'),
    update: byId('/v2/concurrency_limits'),
    fields: { active: false, active_slots: 2, denied_slots: 1, slot_decay_per_second: 0.5, limit: 4 },
  },
  {
    name: 'block type',
    create: '/block_types/',
    least: (n) => ({ name: `Nulls ${n}`, slug: `nulls-${n}` }),
    read: byId('/block_types'),
    update: byId('/block_types'),
    fields: {
      logo_url: 'https://example.test/l.png',
      documentation_url: 'https://example.test/d',
      description: 'd',
      code_example: 'c',
    },
  },
  {
    name: 'block document',
    create: '/block_documents/',
    least: (n, { block_type, block_schema }) => ({
      name: `nulls-${n}`,
      data: { level: 1 },
      block_type_id: block_type,
      block_schema_id: block_schema,
    }),
    read: byId('/block_documents'),
    update: byId('/block_documents'),
    fields: {
      name: 'n',
      data: { level: 2 },
      is_anonymous: true,
      block_schema_id: undefined,
      block_type_id: undefined,
      merge_existing_data: undefined,
    },
    onlyCreated: ['name', 'is_anonymous', 'block_type_id'],
    onlyUpdated: ['merge_existing_data'],
  },
  {
    name: 'block schema',
    create: '/block_schemas/',
    least: (n, { block_type }) => ({ block_type_id: block_type, fields: { title: `nulls-${n}` } }),
    read: byId('/block_schemas'),
    fields: { capabilities: ['c'], version: '1', block_type_id: undefined },
  },
  {
    name: 'schedule',
    create: '/deployments/{deployment}/schedules',
    least: (n) => ({ schedule: { interval: 1_000 + n }, active: false }),
    sent: (body) => [body],
    made: ([schedule]) => schedule,
    read: () => '/deployments/{deployment}/schedules',
    find: (schedules, id) => schedules.find((each: { id: string }) => each.id === id),
    update: (id) => `/deployments/{deployment}/schedules/${id}`,
    fields: {
      active: false,
      max_scheduled_runs: 3,
      parameters: { a: 1 },
      slug: undefined,
      replaces: undefined,
    },
  },
  {
    name: 'state',
    create: '/flow_runs/{run}/set_state',
    least: () => ({ type: 'RUNNING' }),
    sent: (state) => ({ state, force: true }),
    made: ({ state }) => state,
    read: byId('/flow_run_states'),
    fields: { name: 'n', message: 'm', data: { a: 1 }, state_details: { pause_key: 'k' } },
  },
  {
    name: 'log',
    create: '/logs/',
    least: (n) => ({ name: `nulls-${n}`, level: 20, message: 'm', timestamp: new Date(Date.UTC(2026, 0, 1, 0, 0, n)) }),
    sent: (line) => [line],
    made: () => ({}),
    read: () => '/logs/filter',
    find: ([latest]) => latest,
    fields: { flow_run_id: undefined, task_run_id: undefined, message: 'm', name: 'n' },
  },
];

/** Nothing, in all its forms; which of them a field takes is part of the answer. */
const nothings: [string, unknown][] = [
  ['absent', undefined],
  ['null', null],
  ['""', ''],
  ['[]', []],
  ['{}', {}],
];

/** Of log lines the last one, which has no id of its own. */
const newestFirst = { sort: 'TIMESTAMP_DESC', limit: 1 };
const anyId = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const givenName = /^"[a-z]+-[a-z]+"$/;

/** Ids and names that a server makes up differ from server to server. */
const said = (value: unknown): string =>
  value === undefined
    ? 'not there'
    : JSON.stringify(value).replaceAll(anyId, 'an id').replace(givenName, 'a name of its own');

export async function nullsOf(http: Http): Promise<string> {
  let n = 0;
  const lines: string[] = [];
  const flow = (await http('POST', '/flows/', { name: 'nulls' })).body.id;
  const deployment = (await http('POST', '/deployments/', { name: 'nulls', flow_id: flow })).body.id;
  const run = (await http('POST', '/flow_runs/', { flow_id: flow })).body.id;
  const block_type = (await http('POST', '/block_types/', { name: 'Nulls', slug: 'nulls' })).body.id;
  const fields = { title: 'Nulls', type: 'object', properties: { level: { type: 'integer' } } };
  const block_schema = (await http('POST', '/block_schemas/', { fields, block_type_id: block_type })).body.id;
  const ids: Ids = { flow, deployment, run, block_type, block_schema };
  const at = (path: string) => path.replace(/\{(\w+)\}/, (_, name: keyof Ids) => ids[name]);

  async function made(kind: Kind, more: object) {
    const whole = { ...kind.least(n++, ids), ...more };
    const answer = await http('POST', at(kind.create), kind.sent ? kind.sent(whole) : whole);
    return answer.status < 300 && kind.made ? { ...answer, body: kind.made(answer.body) } : answer;
  }
  async function readBack(kind: Kind, field: string, { id, ...body }: Record<string, unknown>) {
    const path = at(kind.read(String(id), body));
    const { body: answer } = path.endsWith('/filter') ? await http('POST', path, newestFirst) : await http('GET', path);
    return said((kind.find ? kind.find(answer, String(id)) : answer)?.[field]);
  }
  const mayBe = (value: unknown, nothing: unknown): boolean =>
    nothing == null || value === undefined
      ? nothing == null
      : Array.isArray(value) === Array.isArray(nothing) && typeof value === typeof nothing;

  for (const kind of kinds) {
    for (const [field, value] of Object.entries(kind.fields)) {
      for (const [spelt, nothing] of nothings.filter(([, each]) => mayBe(value, each))) {
        if (!kind.onlyUpdated?.includes(field)) {
          const { status, body } = await made(kind, { [field]: nothing });
          const held = status < 300 ? await readBack(kind, field, body) : '';
          lines.push(`${kind.name} · ${field} · created ${spelt} · ${status} ${held}`.trimEnd());
        }
        if (!kind.update || kind.onlyCreated?.includes(field)) continue;
        const full = kind.onlyUpdated?.includes(field) || value === undefined ? {} : { [field]: value };
        const { status, body } = await made(kind, full);
        if (status >= 300) throw new Error(`${kind.name} ${field}: ${status} ${JSON.stringify(body)}`);
        const path = at(kind.update(body.id, body));
        const changed = await http('PATCH', path, { [field]: nothing });
        const held = await readBack(kind, field, body);
        lines.push(`${kind.name} · ${field} · changed to ${spelt} · ${changed.status} ${held}`);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Where we answer something else, on purpose: what is compared with the committed file is their line. */
export const onPurpose: Record<string, [theirs: string, ours: string]> = {
  // Who switches a schedule off does not mean to take its parameters away.
  'schedule · parameters · changed to absent': ['204 {}', '204 {"a":1}'],
  // Labels and variables of a job are objects: empty says the same, and who reads them need not ask.
  'flow · labels · created null': ['201 null', '201 {}'],
  'flow run · job_variables · changed to null': ['204 null', '204 {}'],
  // Refused by the contract, as other lists that are null.
  'variable · tags · changed to null': ['409 ["t"]', '422 ["t"]'],
  // It breaks there.
  'work pool · base_job_template · changed to null': ['422 {}', '409 {}'],
  // What must be is left as it is by null, as by leaving it out.
  'concurrency limit · active · changed to null': ['409 false', '204 false'],
  'concurrency limit · active_slots · changed to null': ['409 2', '204 2'],
  'concurrency limit · denied_slots · changed to null': ['409 not there', '204 not there'],
  'concurrency limit · slot_decay_per_second · changed to null': ['409 0.5', '204 0.5'],
  'concurrency limit · limit · changed to null': ['409 4', '204 4'],
};
