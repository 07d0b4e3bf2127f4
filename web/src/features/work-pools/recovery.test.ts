import { expect, test } from 'vitest';
import { changeOf, draftOf, inWords, wrongIn } from './recovery';

const recovery = { pendingSecondsMax: 1800, pendingWithoutWorkerSecondsMax: 300, heartbeatSecondsMax: null };

test('the limits read as sentences', () => {
  expect(inWords(recovery)).toBe(
    'Lost runs: a run that was taken but has not started goes back into the queue after 30m (5m while no worker is connected). ' +
      'A running one counts as crashed after three missed heartbeats.',
  );
  expect(inWords({ ...recovery, heartbeatSecondsMax: 240 })).toMatch(/crashed after 4m without a heartbeat\.$/);
});

test('only what was changed is sent, and an emptied field goes back to the default', () => {
  const draft = draftOf(recovery);
  expect(changeOf(draft, recovery)).toEqual({});
  expect(changeOf({ ...draft, pendingSecondsMax: ' ', heartbeatSecondsMax: '240' }, recovery)).toEqual({
    pendingSecondsMax: null,
    heartbeatSecondsMax: 240,
  });
});

test('what is no whole number of seconds within the bounds is wrong', () => {
  const wrong = (pendingSecondsMax: string) =>
    Object.keys(wrongIn({ ...draftOf(recovery), pendingSecondsMax })).includes('pendingSecondsMax');
  expect(['', '5', ' 60 ', '2592000'].map(wrong)).toEqual([false, false, false, false]);
  expect(['4', '1.5', '-60', '1e3', 'an hour', '2592001'].map(wrong)).toEqual([true, true, true, true, true, true]);
});
