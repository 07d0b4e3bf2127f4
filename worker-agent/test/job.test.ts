import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ClaimedDeployment, ClaimedRun, JobTemplate } from '../src/api/wire.js';
import { CannotStart, configure, jobOf } from '../src/runners/job.js';
import { processTemplate } from '../src/runners/process-template.js';
import { runnerFor } from '../src/runners/runners.js';
import { isTypeScript } from '../src/runners/typescript.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'agent-job-')));
const template = processTemplate as JobTemplate;

function claimed(deployment: Partial<ClaimedDeployment>, jobVariables: Record<string, unknown> = {}): ClaimedRun {
  const flow_run = {
    id: 'run',
    name: 'run',
    parameters: { n: 1 },
    job_variables: jobVariables,
  } as unknown as ClaimedRun['flow_run'];
  const base = { id: 'd', name: 'd', version: null, path: null, entrypoint: null, job_variables: {}, tags: [] };
  return {
    claim_id: 'claim',
    lease_seconds: 30,
    flow_run,
    flow: { id: 'f', name: 'f' },
    deployment: { ...base, ...deployment },
  };
}

test('the run wins over the deployment, and that over the pool; environments are merged', () => {
  const pool: JobTemplate = {
    job_configuration: { command: 'nice {{ command }}', env: '{{ env }}' },
    variables: { properties: { command: { default: 'true' }, env: { default: { A: '1', B: '1', C: '1' } } } },
  };
  expect(configure(pool, { env: { B: '2', C: '2' } }, { command: 'run', env: { C: '3' } })).toEqual({
    command: 'nice run',
    env: { A: '1', B: '2', C: '3' },
  });
});

test('what stands in a text is text, also a list and an object', () => {
  const pool: JobTemplate = { job_configuration: { command: 'echo {{ words }} {{ none }}{{ env }}' } };
  expect(configure(pool, { words: ['a', 1], env: { A: '1' } }, {})).toEqual({ command: 'echo ["a",1] {"A":"1"}' });
});

test('variables work without a template', () => {
  expect(jobOf(claimed({ job_variables: { command: 'echo', env: { N: 3, NO: null } } }), {}, folder)).toMatchObject({
    command: 'echo',
    env: { N: '3' },
  });
});

test('a run starts in the path of its deployment when that is there, else where the agent is', () => {
  expect(jobOf(claimed({ path: folder }), template, '/').workingDir).toBe(folder);
  expect(jobOf(claimed({ path: '/not/there' }), template, folder).workingDir).toBe(folder);
  expect(jobOf(claimed({ path: null }), template, folder).workingDir).toBe(folder);
});

test('a working directory that was asked for must be there', () => {
  expect(jobOf(claimed({ path: '/', job_variables: { working_dir: '.' } }), template, folder).workingDir).toBe(folder);
  expect(() => jobOf(claimed({ job_variables: { working_dir: '/not/there' } }), template, folder)).toThrow(CannotStart);
});

test('the extension of the entrypoint tells the language', () => {
  expect(['flows/etl.ts:main', 'etl.mjs:default', 'etl.ts'].map(isTypeScript)).toEqual([true, true, true]);
  expect(['etl.py:main', 'package.module:main', './a.b/etl.py:main'].map(isTypeScript)).toEqual([false, false, false]);
});

test('a deployment that says nothing of what to run cannot be started', () => {
  expect(() => runnerFor(jobOf(claimed({}), template, folder), [])).toThrow(/neither an entrypoint/);
});
