import { until } from '@headgate/testkit';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { unavailable } from '../errors/app-error.js';
import { Loops, type Loop } from './loops.js';

let loops: Loops;
const startOne = (pass: Loop['pass'], everySeconds = 3600) => {
  loops = new Loops(pino({ level: 'silent' }));
  loops.add({ name: 'one', says: 'Does it.', everySeconds, pass });
  loops.start();
};
const face = () => loops.health()[0]!;
afterEach(() => loops.onApplicationShutdown());

test('a loop tells what it is for, when it last passed and went well, how long that took, and how often it failed', async () => {
  let wrong = true;
  startOne(async () => {
    if (wrong) throw new Error('no table');
    return { done: 1, more: 1 };
  }, 0.01);
  await until('it has failed twice', () => face().failuresInARow >= 2);
  expect(face()).toMatchObject({
    name: 'one',
    says: 'Does it.',
    lastSuccess: null,
    lastError: 'no table',
    behind: false,
  });
  wrong = false;
  await until('it has gone well', () => face().lastSuccess);
  const { failures, passes, failuresInARow, behind, lastSeconds, busySeconds } = face();
  expect([failures >= 2, passes > failures, failuresInARow, behind]).toEqual([true, true, 0, true]);
  expect(lastSeconds).toBeGreaterThanOrEqual(0);
  expect(busySeconds).toBeGreaterThanOrEqual(lastSeconds!);
});

test('a loop that is nudged passes at once, and again when it was at its pass', async () => {
  let [passes, release] = [0, () => undefined as void];
  startOne(async () => {
    passes++;
    if (passes === 2) await new Promise<void>((resolve) => (release = resolve));
    return {};
  });
  await until('its first pass', () => face().passes === 1);
  loops.hurry('one');
  await until('its second pass', () => passes === 2);
  loops.hurry('one');
  loops.hurry('one');
  release();
  await until('its third pass', () => face().passes === 3);
  loops.hurry('nobody');
  expect([passes, face().runningSeconds]).toEqual([3, null]);
});

test('a loop acts as a machine of its name, in whichever workspace', async () => {
  const seen: unknown[] = [];
  startOne(async (as) => {
    seen.push([as('w').actor, as('w').workspaceId, as('w').scopes.has('manage_flows')]);
    return {};
  });
  await until('its pass', () => face().passes === 1);
  expect(seen).toEqual([[{ kind: 'system', name: 'one' }, 'w', true]]);
});

test('what fails because the database is away counts as a failure too, and is said', async () => {
  startOne(() => Promise.reject(unavailable('Service Unavailable', new Error('gone'))), 0.01);
  await until('it has failed', () => face().failures >= 2);
  expect(face()).toMatchObject({ lastSuccess: null, lastError: 'Service Unavailable', ok: true });
});
