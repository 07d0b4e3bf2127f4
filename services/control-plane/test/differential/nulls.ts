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
  /** What each field is like when it holds something. */
  fields: Record<string, unknown>;
  /** Only there in changes, or only in what is created. */
  onlyUpdated?: string[];
  onlyCreated?: string[];
};
type Ids = { flow: string; deployment: string };

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
    create: '',
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
];

/** Nothing, in all its forms; which of them a field takes is part of the answer. */
const nothings: [string, unknown][] = [
  ['absent', undefined],
  ['null', null],
  ['""', ''],
  ['[]', []],
  ['{}', {}],
];

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
  const ids = { flow, deployment };

  async function made(kind: Kind, more: object) {
    const path = kind.create || `/deployments/${deployment}/create_flow_run`;
    return http('POST', path, { ...kind.least(n++, ids), ...more });
  }
  async function readBack(kind: Kind, field: string, { id, ...body }: Record<string, unknown>) {
    const answer = await http('GET', kind.read(String(id), body));
    return said(answer.body?.[field]);
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
        const path = kind.update(body.id, body);
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
