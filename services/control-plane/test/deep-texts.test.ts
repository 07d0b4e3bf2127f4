import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from './app.js';
import { callerOf, furnish } from './house.js';
import { addressOf, bodyWith, placesOf, publishedDoors, type Place, type Schema, type Things } from './published.js';

/**
 * A text that nests too deeply for whoever reads it breaks nothing, whatever language it is in, and its sender hears no
 * words of an engine that ran out of its stack. What is nested as JSON is in depth-bombs.test.ts, documents of GraphQL in
 * graphql/limits.test.ts.
 */
let app: TestApp;
let owner: Tenant;
let things: Things;
beforeAll(async () => {
  app = await startTestApp({ HEADGATE_LIMIT_REQUESTS: '1000000' });
  owner = await app.tenant();
  const house = await furnish(callerOf(app, owner));
  things = { ...house, account_id: owner.accountId, workspace_id: owner.workspaceId };
});
afterAll(() => app.close());

const json = { 'content-type': 'application/json' };
const deep = (open: string, close = '', levels = 5_000): string => open.repeat(levels) + close.repeat(levels);
/** Patterns, lists, JSON in a text, expressions and blocks of templates, what stands before a value, conditions, quotes. */
const texts = [
  deep('(', ')'),
  deep('[', ']'),
  deep('{"a":', '}'),
  `{{ ${deep('(', ')')} }}`,
  `{{ ${deep('[', ']')} }}`,
  `{{ ${deep('not ')}x }}`,
  deep('{% if x %}', '{% endif %}', 1_500),
  deep('-'),
  `"${deep('\\"')}"`,
];
const wordsOfEngines = /call stack|stack overflow|too much recursion|RangeError|unreachable/i;

const isText = ({ type, format, enum: values }: Schema): boolean => type === 'string' && !format && !values;
const doors = publishedDoors.filter(({ body, path }) => body && !path.endsWith('/claim'));

/** What many doors have in common is tried at the first of them. */
const seen = new Set<string>();
function isNew(place: Place): boolean {
  const key = place.slice(-3).join();
  return !seen.has(key) && Boolean(seen.add(key));
}

test('no text of a body that nests deeply breaks a door', async () => {
  const broken: string[] = [];
  let tried = 0;
  for (const { method, path, body } of doors) {
    for (const place of placesOf(body!, isText).filter(isNew))
      for (const text of texts.slice(0, 4)) {
        const sent = JSON.stringify(bodyWith(body!, things, [[place, text]]));
        const answer = await app.inject(method, addressOf(path, things), sent, owner.key, json);
        tried += 1;
        if (answer.status >= 500 || wordsOfEngines.test(answer.text))
          broken.push(
            `${method} ${path} ${place.join('.')} ${text.slice(0, 20)} ${answer.status} ${answer.text.slice(0, 200)}`,
          );
      }
  }
  expect(broken).toEqual([]);
  expect(tried).toBeGreaterThan(300);
});

const named: [string, (text: string) => [path: string, body: unknown]][] = [
  [
    'a pattern',
    (text) => ['/ui/schemas/validate', { schema: { properties: { a: { pattern: text } } }, values: { a: 'x' } }],
  ],
  [
    'a template',
    (text) => ['/ui/schemas/validate', { schema: {}, values: { a: { __prefect_kind: 'jinja', template: text } } }],
  ],
  [
    'JSON in a text',
    (text) => ['/ui/schemas/validate', { schema: {}, values: { a: { __prefect_kind: 'json', value: text } } }],
  ],
  ['a name of a definition', (text) => ['/ui/schemas/validate', { schema: { $ref: `#/${text}` }, values: {} }]],
  ['a checked template', (text) => ['/templates/validate', text]],
  [
    'a cron',
    (text) => ['/deployments/', { name: 'd', flow_id: things['flows:id'], schedules: [{ schedule: { cron: text } }] }],
  ],
  [
    'a rule',
    (text) => ['/deployments/', { name: 'd', flow_id: things['flows:id'], schedules: [{ schedule: { rrule: text } }] }],
  ],
  ['words of events', (text) => ['/events/filter', { filter: { text: { query: text } } }]],
  ['words of logs', (text) => ['/logs/filter', { logs: { text: { query: text } } }]],
  [
    'a template of jobs',
    (text) => [
      '/work_pools/',
      { name: 'w', type: 'process', base_job_template: { variables: {}, job_configuration: { a: `{{ ${text} }}` } } },
    ],
  ],
  [
    'job variables',
    (text) => [
      '/deployments/',
      { name: 'd', flow_id: things['flows:id'], work_pool_name: 'house-pool', job_variables: { a: text } },
    ],
  ],
  ['a broken body', (text) => ['/flows/', text]],
];

test.each(named)('%s that nests deeply is read or refused in words', async (_, ask) => {
  for (const text of texts) {
    const [path, body] = ask(text);
    const { status, text: answer } = await app.inject('POST', `/api${path}`, body, owner.key, json);
    expect.soft(status, `${text.slice(0, 20)} ${answer.slice(0, 300)}`).toBeLessThan(500);
    expect.soft(answer, text.slice(0, 20)).not.toMatch(wordsOfEngines);
  }
});
