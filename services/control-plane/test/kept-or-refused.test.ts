import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from './app.js';
import { callerOf, furnish } from './house.js';
import { addressOf, bodyWith, placesOf, publishedDoors } from './published.js';

/** What is sent is kept as it is or refused in words, and never becomes something else. */
let app: TestApp;
let owner: Tenant;
let flow: string;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  flow = (await call('POST', '/flows/', '{"name":"kept"}')).body.id;
});
afterAll(() => app.close());

/** Bodies as they are written, for JavaScript cannot write all of them. */
const call = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: string) =>
  app.inject(method, `/api${path}`, body, owner.key);
const graphql = (value: string, asVariable: boolean) => {
  const input = asVariable ? '$value' : value;
  const query = `mutation ${asVariable ? '($value: JSON)' : ''} {
    createVariable(workspaceId: "${owner.workspaceId}", input: { name: "g_${crypto.randomUUID().replaceAll('-', '_')}", value: ${input} }) { value }
  }`;
  const variables = asVariable ? `{"value":${value}}` : '{}';
  return app.inject('POST', '/graphql', `{"query":${JSON.stringify(query)},"variables":${variables}}`, owner.key);
};

const doors: [string, (content: string) => [method: 'POST' | 'PATCH', path: string, body: string]][] = [
  ['labels', (content) => ['POST', '/flows/', `{"name":"refused","labels":${content}}`]],
  ['labels that are added', (content) => ['PATCH', `/flows/${flow}`, `{"labels":${content}}`]],
  ['parameters', (content) => ['POST', '/flow_runs/', `{"flow_id":"${flow}","parameters":${content}}`]],
  ['a variable', (content) => ['POST', '/variables/', `{"name":"refused","value":${content}}`]],
  ['an artifact', (content) => ['POST', '/artifacts/', `{"key":"refused","type":"x","data":${content}}`]],
  ['a pool', (content) => ['POST', '/work_pools/', `{"name":"refused","type":"x","base_job_template":${content}}`]],
  ['an event', (content) => ['POST', '/events', `[{"event":"refused","payload":${content}}]`]],
];
const lost: [content: string, words: string][] = [
  ['{"__proto__":"x"}', 'JSON has a key that cannot be kept: "__proto__".'],
  ['{"a":1,"a":2}', 'JSON has one key twice in the same object.'],
  ['{"a":1e400}', 'JSON holds a number beyond 1.8e308, or one of more than 1,000 characters.'],
  ['{"a":-1e400}', 'JSON holds a number beyond 1.8e308, or one of more than 1,000 characters.'],
];

test.for(doors)('%s that would be changed on their way are refused, and nothing is stored', async ([, door]) => {
  for (const [content, words] of lost) {
    const { status, body } = await call(...door(content));
    expect.soft([status, body], content).toEqual([422, { detail: words }]);
  }
  for (const kind of ['/flow_runs', '/variables', '/artifacts', '/work_pools'])
    expect.soft((await call('POST', `${kind}/count`, '{}')).body, kind).toBe(0);
  expect((await call('POST', '/flows/count', '{}')).body).toBe(1);
});

test('keys that are names of what all objects have are keys like others', async () => {
  const labels = { constructor: 'c', toString: 't', hasOwnProperty: 'h', prototype: 'p' };
  const { body } = await call('POST', '/flows/', JSON.stringify({ name: 'odd', labels }));
  expect((await call('GET', `/flows/${body.id}`)).body.labels).toEqual(labels);
  const parameters = { constructor: { toString: [] }, valueOf: 1 };
  const run = (await call('POST', '/flow_runs/', JSON.stringify({ flow_id: flow, parameters, labels }))).body;
  const read = (await call('GET', `/flow_runs/${run.id}`)).body;
  expect([read.parameters, read.labels]).toEqual([parameters, expect.objectContaining(labels)]);
});

test('GraphQL refuses what it would change, in variables and in what stands in the document', async () => {
  for (const [content] of lost) {
    const { status, text } = await graphql(content, true);
    expect.soft([status, text], content).toEqual([422, expect.stringContaining('JSON ')]);
  }
  for (const content of ['1e400', '{ a: [-1e999] }', '{ __proto__: 1 }'])
    expect.soft((await graphql(content, false)).body.errors[0].message, content).toMatch(/JSON ha|JSON holds/);
  expect((await graphql('{ a: 1, a: 2 }', false)).body.errors[0].message).toMatch(/only one input field/);
});

test('GraphQL keeps the digits of numbers, in variables and in what stands in the document', async () => {
  const long = '12345678901234567890';
  expect((await graphql(`{"a":[${long}]}`, true)).text).toContain(`"value":{"a":[${long}]}`);
  expect((await graphql(`{ a: [${long}, "x", true, null, 1.5] }`, false)).text).toContain(
    `"value":{"a":[${long},"x",true,null,1.5]}`,
  );
});

test('a variable that stands inside of a value is filled in', async () => {
  const query = `mutation ($x: String) { createVariable(workspaceId: "${owner.workspaceId}", input: { name: "inside", value: { a: [$x] } }) { value } }`;
  const answer = await app.inject('POST', '/graphql', { query, variables: { x: 'X' } }, owner.key);
  expect(answer.body.data?.createVariable ?? answer.body).toEqual({ value: { a: ['X'] } });
});

/** Beyond columns of 16 and 32 bits, and between two numbers of 64. */
const odd = ['32768', '-32769', '2147483648', '-2147483649', '9007199254740993', '3.5', '1e15'];

test('a number is answered as it was sent, by every door that answers what it keeps, or refused', async () => {
  const house = await furnish(callerOf(app, owner));
  const things = { ...house, account_id: owner.accountId, workspace_id: owner.workspaceId };
  const changed: string[] = [];
  let kept = 0;
  for (const { method, path, body } of publishedDoors) {
    if (!body || path.endsWith('/claim')) continue;
    const at = addressOf(path, things);
    for (const place of placesOf(body, ({ type }) => type === 'integer' || type === 'number'))
      for (const number of odd) {
        const name = `kept-${kept}`;
        const sent = JSON.stringify(bodyWith(body, { ...things, name }, [[place, 'HERE']])).replace('"HERE"', number);
        const answer = await app.inject(method, at, sent, owner.key);
        // What is answered with 200 was there before.
        if (answer.status >= 300 || (answer.status === 200 && method === 'POST')) continue;
        const read = answer.status === 204 ? await app.inject('GET', at, undefined, owner.key) : answer;
        const value = place.reduce<any>((part, key) => part?.[key === '[]' ? 0 : key], read.body);
        if (typeof value !== 'number') continue;
        kept += 1;
        if (value !== Number(number)) changed.push(`${method} ${path} ${place.join('.')} ${number} became ${value}`);
      }
  }
  expect(changed).toEqual([]);
  expect(kept).toBeGreaterThan(20);
});
