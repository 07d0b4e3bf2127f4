import {
  createProgressArtifact,
  createTableArtifact,
  emitEvent,
  flow,
  pauseFlowRun,
  runDeployment,
  task,
  updateProgressArtifact,
} from '@headgate/sdk';
import { expect, test } from 'vitest';

/** As plain JavaScript may call it. */
const loosely = (called: unknown) => called as (...args: unknown[]) => unknown;

test.each<[string, unknown, unknown[], RegExp]>([
  [
    'a number for options',
    updateProgressArtifact,
    ['id', 55],
    /^updateProgressArtifact\(id, { progress }\): argument 2: expected object/,
  ],
  ['nothing', createProgressArtifact, [], /^createProgressArtifact.*expected object, received undefined/],
  ['too much', createProgressArtifact, [{ progress: 101 }], /progress: Too big/],
  ['no rows', createTableArtifact, [{ table: 'a,b' }], /table: expected array/],
  ['an option that nobody knows', createTableArtifact, [{ table: [], title: 'x' }], /Unrecognized key: "title"/],
  ['minutes', pauseFlowRun, [{ timeoutSeconds: '5m' }], /timeoutSeconds: expected number/],
  ['a number', runDeployment, ['a/b', 5], /^runDeployment\(name, options\): argument 2: expected object/],
  ['a text', emitEvent, ['order.shipped'], /^emitEvent\(draft\): expected object/],
  [
    'no resource',
    emitEvent,
    [{ event: 'order.shipped', resource: {} }],
    /resource: expected a label prefect.resource.id/,
  ],
  [
    'a misspelt option',
    flow,
    [() => 1, { name: 'x', retires: 3 }],
    /^flow\(fn, options\): argument 2: Unrecognized key: "retires"/,
  ],
  [
    'a number of retries as text',
    task,
    [() => 1, { name: 'x', retries: '3' }],
    /argument 2\.retries: expected a number from 0 up/,
  ],
  [
    'a text for a cache key',
    task,
    [() => 1, { name: 'x', cacheKey: 'page' }],
    /argument 2\.cacheKey: expected a function of the arguments .* such as \(url\) => `page \$\{url\}`/,
  ],
  ['no function', task, ['x'], /^task\(fn, options\): argument 1: expected a function/],
])('what is called with %s says what is wrong', async (_, called, args, words) => {
  const calling = async () => loosely(called)(...args);
  await expect(calling()).rejects.toThrow(words);
  await expect(calling()).rejects.toThrow(TypeError);
});
