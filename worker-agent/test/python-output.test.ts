import { expect, test } from 'vitest';
import { PrefectOutput, prefectLogEnv } from '../src/runners/python-output.js';

/** As Python's logging would print it with the format that we set. */
function record(message: string, level = 20): string {
  const values: Record<string, string> = {
    '%(created)f': '1795232846.122598',
    '%(levelno)s': String(level),
    '%(name)s': 'prefect.flow_runs',
    '%(message)s': message,
  };
  return Object.entries(values).reduce(
    (text, [key, value]) => text.replace(key, value),
    prefectLogEnv['PREFECT_LOGGING_FORMATTERS_STANDARD_FLOW_RUN_FMT']!,
  );
}

function readAll(output: PrefectOutput, lines: string[]) {
  return lines.flatMap((line) => output.read(line, 'stderr') ?? []).map((line) => line.message);
}

test('what the client sends by itself is not passed on a second time', () => {
  const output = new PrefectOutput();
  expect(readAll(output, ['before', record('hello'), ...record('two\nlines').split('\n'), 'after'])).toEqual([
    'before',
    'after',
  ]);
  expect(output.records.map((each) => each.message)).toEqual(['hello', 'two\nlines']);
});

test('the trace of a logged exception belongs to its record', () => {
  const output = new PrefectOutput();
  const trace = [
    'Traceback (most recent call last):',
    '  File "flow.py", line 3, in main',
    '    raise ValueError("no")',
    'ValueError: no',
  ];
  const cause = ['During handling of the above exception, another exception occurred:', ...trace];
  expect(readAll(output, [record('Encountered exception', 40), ...trace, ...cause, 'plain'])).toEqual(['plain']);
});

test('a trace that no record announced is passed on', () => {
  const output = new PrefectOutput();
  expect(readAll(output, [record('fine'), 'Traceback (most recent call last):', 'ValueError: no'])).toHaveLength(2);
});

test('what the client prints about itself keeps its level and its name', () => {
  const output = new PrefectOutput();
  expect(output.read('03:47:26.154 | WARNING | thirdparty - lib warning', 'stderr')).toEqual({
    level: 30,
    name: 'thirdparty',
    message: 'lib warning',
  });
  expect(output.read('raw', 'stdout')).toEqual({ level: 20, message: 'raw' });
});

test('the trace behind a printed record has its level and its name', () => {
  const output = new PrefectOutput();
  const lines = [
    '12:00:00.000 | WARNING | prefect.x - lost it',
    'Traceback (most recent call last):',
    '  File "x.py"',
    'OSError: gone',
    'next',
  ];
  expect(lines.map((line) => output.read(line, 'stderr')?.level)).toEqual([30, 30, 30, 30, 20]);
});

test('a client that gives up on sending says so, and its records are kept', () => {
  const output = new PrefectOutput();
  readAll(output, [record('lost?'), '--- Error logging to API ---']);
  expect(output.sendingFailed).toBe(true);
  expect(output.records).toEqual([{ at: '1795232846.122598', level: 20, name: 'prefect.flow_runs', message: 'lost?' }]);
});
