import { expect, test } from 'vitest';
import { documentChanges } from './canary-document.mjs';
import { changedLines, clientFailures, clientVerdict, failuresOf, toldIn } from './canary-words.mjs';

const document = (paths, schemas) => ({ paths, components: { schemas } });
const flow = { properties: { name: { type: 'string' }, tags: { type: 'array', maxItems: 10 } }, required: ['name'] };
const routes = { '/flows/': { post: { operationId: 'create' } }, '/old': { get: {} } };

test('two documents that say the same differ in nothing', () => {
  expect(documentChanges(document(routes, { Flow: flow }), document(routes, { Flow: flow }))).toEqual([]);
});

test('what is new, gone or changed in a document is told with its place; settings are left out', () => {
  const after = document(
    { '/flows/': { post: { operationId: 'create', deprecated: true } }, '/new': { put: {} } },
    {
      Flow: { ...flow, properties: { name: { type: 'string', maxLength: 5 }, tags: { type: 'array', maxItems: 20 } } },
      State: {},
      ServerSettings: { a: 2 },
    },
  );
  const before = document(routes, { Flow: flow, Gone: {}, ServerSettings: { a: 1 } });
  expect(documentChanges(before, after)).toEqual([
    'new route: PUT /new',
    'gone: GET /old',
    'changed: POST /flows/.deprecated: new, true',
    'new component: State',
    'component gone: Gone',
    'changed: Flow.name.maxLength: new, 5',
    'changed: Flow.tags.maxItems: 10 → 20',
  ]);
});

const failed = (name, message) => ({ name, state: 'failed', errors: [message] });
const report = (name, tests, errors = []) => [{ file: `/here/services/control-plane/test/${name}`, errors, tests }];

test('a failing suite says what differs and which file settles it', () => {
  const diff = '- Expected\n+ Received\n\n- []\n+ [\n  same\n- "was"\n\u001B[32m+ "is"\u001B[39m\n';
  const told = [{ state: 'passed', name: 'is right', errors: [] }, failed('refuses wrong bodies', diff)];
  expect(failuresOf(report('differential/refusals.test.ts', told))).toEqual([
    'refuses wrong bodies',
    '    - "was"',
    '    + "is"',
    expect.stringMatching(/^ {4}→ test\/differential\/refusals\.txt: REFUSALS=write/),
  ]);
  expect(failuresOf(report('somewhere/else.test.ts', [failed('x', 'broken')])).at(-1)).toMatch(
    /→ \/here.*else\.test\.ts$/,
  );
});

test.each(['conformance/names', 'conformance/conformance', 'differential/matrix', 'differential/nulls'])(
  'a failure of %s has a remedy',
  (name) => expect(failuresOf(report(`${name}.test.ts`, [failed('x', 'broken')])).at(-1)).not.toContain('/here'),
);

test('a suite that cannot begin is a failure too', () => {
  expect(failuresOf(report('a.test.ts', [], ['the server did not start']))).toEqual([
    '/here/services/control-plane/test/a.test.ts could not be run',
    '    the server did not start',
  ]);
});

test('of a long comparison the first lines are shown, and how many are left out', () => {
  const lines = changedLines(Array.from({ length: 40 }, (_, at) => `+ line ${at} ${'x'.repeat(900)}`).join('\n'));
  expect(lines).toHaveLength(13);
  expect(lines.at(-1)).toBe('… and 28 more lines');
  expect(Math.max(...lines.map((line) => line.length))).toBe(600);
});

test('a suite in which everything was left out has told nothing', () => {
  expect(toldIn(report('a.test.ts', [{ state: 'skipped', name: 'x', errors: [] }]))).toBe(0);
  expect(toldIn(report('a.test.ts', [failed('x', 'broken')]))).toBe(1);
});

test('what failed of the client is told by its test; a suite that skips all or breaks off is not well', () => {
  const well = 'compat: 300 passed, 0 failed, 0 skipped (prefect 3.9.1, Python 3.11.7)';
  expect(clientFailures(`1 ......\n${well}\n`)).toMatchObject({ failed: [], closing: well, tests: [] });
  const bad = 'compat: 299 passed, 1 failed, 0 skipped (prefect 3.9.1, Python 3.11.7)';
  const written = [
    '1 _______ test_a[server] _______',
    '2 __ ERROR at setup of test_b __',
    '1 test_worker.py:5: in test_a',
    '1 E   AssertionError: it is 2',
    '1 E   assert 1 == 2',
    '2 E   fixture is not there',
    '1 FAILED test_worker.py::test_a[server] - Asser...',
    '2 ERROR test_b.py::test_b',
    bad,
  ].join('\n');
  expect(clientFailures(written).failed).toEqual([
    'FAILED test_worker.py::test_a[server]',
    '    AssertionError: it is 2',
    '    assert 1 == 2',
    '    → test/compat/test_worker.py',
    'ERROR test_b.py::test_b',
    '    fixture is not there',
    '    → test/compat/test_b.py',
  ]);
  expect(clientFailures(written).tests).toEqual(['test_worker.py::test_a[server]', 'test_b.py::test_b']);
  expect(clientFailures('compat: 0 passed, 0 failed, 0 skipped ()').failed).not.toEqual([]);
  expect(clientFailures('Error: it is built wrong\n').failed).toEqual([
    'compat: did not come to its end',
    '    Error: it is built wrong',
  ]);
});

test('a group that broke off is told, for what it did not come to is not known', () => {
  const written = ['1 !!!!!!!!!!!!!! KeyboardInterrupt !!!!!!!!!!!!!!', 'compat: 120 passed, 1 failed, 0 skipped ()'];
  expect(clientFailures(written.join('\n')).failed).toEqual([
    'group 1 broke off (KeyboardInterrupt): the tests after that were not run',
  ]);
});

test('what fails beside others and passes alone is no difference, and is mentioned', () => {
  const closing = 'compat: 298 passed, 2 failed, 0 skipped ()';
  const first = { failed: ['FAILED a.py::x', 'FAILED a.py::y'], tests: ['a.py::x', 'a.py::y'], brokenOff: [], closing };
  const outcome = (tests, failed = tests.map((test) => `FAILED ${test}`)) => [{ asked: first.tests, tests, failed }];
  const slow = (test) => `passed when it was run alone, so the machine was too slow for it: ${test}`;
  expect(clientVerdict(first, outcome([]))).toEqual({ lines: [], notes: [closing, ...first.tests.map(slow)] });
  expect(clientVerdict(first, outcome(['a.py::y']))).toEqual({
    lines: ['FAILED a.py::y'],
    notes: [closing, slow('a.py::x')],
  });
  const lost = outcome([], ['compat: did not come to its end']);
  expect(clientVerdict(first, lost)).toEqual({ lines: ['compat: did not come to its end'], notes: [closing] });
});
