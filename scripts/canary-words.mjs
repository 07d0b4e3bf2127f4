import { stripVTControlCharacters } from 'node:util';

const linesPerFailureMax = 12;
const lineMax = 600;

/** Where a failing suite is settled, by a part of the address of its file. */
const remedies = [
  [
    'differential/refusals',
    'test/differential/refusals.txt: REFUSALS=write writes it anew; then packages/contracts/src/rest',
  ],
  ['differential/nulls', 'test/differential/nulls.txt: NULLS=write writes it anew; then packages/contracts/src/rest'],
  ['differential/filters', 'test/differential/screens.txt: SCREENS=write writes it anew; filters: src/modules/filters'],
  [
    'differential/matrix',
    'test/property/matrix.txt: MATRIX=write writes it anew; then src/modules/runs/states and test/property/model.ts',
  ],
  ['differential/states', 'src/modules/runs/states and test/property/model.ts; accidents: test/property/play.ts'],
  ['differential/limits', 'src/modules/concurrency'],
  ['conformance/names', 'npm run generate, once the document is recorded; on purpose: test/conformance/differences.ts'],
  ['conformance', 'packages/contracts/src/rest; on purpose: test/conformance/differences.ts'],
];

const remedyOf = (file) => remedies.find(([part]) => file.includes(part))?.[1] ?? file;

/** What failed, by what `canary-reporter.mjs` wrote: each with what was expected and what came, and where it is settled. */
export function failuresOf(files) {
  return files.flatMap(({ file, errors, tests }) => {
    const broken = errors.length > 0 ? [`${file} could not be run`, ...words(errors)] : [];
    const failed = tests.filter(({ state }) => state === 'failed');
    return [...broken, ...failed.flatMap((test) => [test.name, ...words(test.errors), `    → ${remedyOf(file)}`])];
  });
}

const words = (errors) => indent(changedLines(errors.join('\n')));

/** How many tests told something; a suite of which every test was left out proves nothing. */
export const toldIn = (files) =>
  files.flatMap(({ tests }) => tests).filter(({ state }) => state === 'passed' || state === 'failed').length;

/** Of what a failed comparison says the lines that differ; of another failure its beginning. */
export function changedLines(message) {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const changed = lines.filter((line) => /^\s*[-+] (?!Expected$|Received$|\s*[[\]{}]+,?$)/.test(line));
  const told = changed.length > 0 ? changed : lines;
  const rest = told.length - linesPerFailureMax;
  return [
    ...told.slice(0, linesPerFailureMax).map((line) => line.slice(0, lineMax)),
    ...(rest > 0 ? [`… and ${rest} more lines`] : []),
  ];
}

/**
 * What failed in the suite of the client, by what it wrote; a suite without an end, or a part of it that broke off, is a
 * failure too. `tests` are those that failed, as pytest is asked for them.
 */
export function clientFailures(written) {
  const lines = stripVTControlCharacters(written).split('\n');
  const reasons = clientReasons(lines);
  const tests = [];
  const failed = lines.flatMap((line) => {
    const [, how, id, test] = /^\d+ (FAILED|ERROR) (\S+?::(\S+))/.exec(line) ?? [];
    if (!id) return [];
    tests.push(id);
    return [
      `${how} ${id}`,
      ...indent((reasons.get(test) ?? []).slice(0, linesPerFailureMax)),
      `    → test/compat/${id.split('::')[0]}`,
    ];
  });
  const closing = lines.findLast((line) => line.startsWith('compat: ')) ?? 'compat: did not come to its end';
  const brokenOff = lines.flatMap((line) => {
    const [, group, why] = /^(\d+) !{3,} (.+?) !{3,}$/.exec(line) ?? [];
    return group ? [`group ${group} broke off (${why}): the tests after that were not run`] : [];
  });
  const well = / 0 failed/.test(closing) && !/ 0 passed/.test(closing);
  if (failed.length + brokenOff.length > 0 || well)
    return { failed: [...brokenOff, ...failed], closing, tests, brokenOff };
  return { failed: [closing, ...indent(lines.filter(Boolean).slice(-8))], closing, tests, brokenOff };
}

/**
 * What is left of failures when their tests were run once more, with nothing beside them: what passes then failed because
 * the machine was slow, and is only mentioned. `again` are the outcomes of those runs, and which
 * tests they were `asked` for.
 */
export function clientVerdict(first, again) {
  // One that names no test did not come far enough to say which.
  const still = new Set(
    again.flatMap(({ asked, tests, failed }) => (failed.length > 0 && tests.length === 0 ? asked : tests)),
  );
  const passed = first.tests.filter((test) => !still.has(test));
  const notes = [
    first.closing,
    ...passed.map((test) => `passed when it was run alone, so the machine was too slow for it: ${test}`),
  ];
  if (again.length === 0) return { lines: first.failed, notes };
  return { lines: [...first.brokenOff, ...again.flatMap(({ failed }) => failed)], notes };
}

/** By test, what its errors say. Groups run side by side, so that their lines are mixed; each begins with its group. */
function clientReasons(lines) {
  const [reasons, current] = [new Map(), new Map()];
  for (const line of lines) {
    const [, group, said] = /^(\d+) (.*)$/.exec(line) ?? [];
    const title = /^_+ (?:ERROR at \w+ of )?(\S+) _+$/.exec(said ?? '')?.[1];
    if (title) current.set(group, title);
    const test = current.get(group);
    if (test && /^E +\S/.test(said))
      reasons.set(test, [...(reasons.get(test) ?? []), said.replace(/^E +/, '').slice(0, lineMax)]);
  }
  return reasons;
}

const indent = (lines) => lines.map((line) => `    ${line}`);
