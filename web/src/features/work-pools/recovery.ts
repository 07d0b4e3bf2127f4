import { recoverySeconds } from '@headgate/contracts';
import { duration } from '@/lib/format';
import type { Pool } from './use-pools';

type Recovery = Pool['recovery'];
type Name = Exclude<keyof Recovery, '__typename'>;
export type Draft = Record<Name, string>;
const { min, max } = recoverySeconds;

/** What can be set, in seconds. */
export const limits: { name: Name; label: string; hint: string }[] = [
  {
    name: 'pendingSecondsMax',
    label: 'Taken, but not started (seconds)',
    hint: 'Then the run goes back into the queue. Empty: half an hour.',
  },
  {
    name: 'pendingWithoutWorkerSecondsMax',
    label: 'The same, while no worker is connected (seconds)',
    hint: 'Then the run goes back into the queue. Empty: five minutes.',
  },
  {
    name: 'heartbeatSecondsMax',
    label: 'Without a heartbeat (seconds)',
    hint: 'Then the run has crashed, if it ever sent one. Empty: after three that are missing.',
  },
];

export const draftOf = (recovery: Recovery): Draft => ({
  pendingSecondsMax: String(recovery.pendingSecondsMax),
  pendingWithoutWorkerSecondsMax: String(recovery.pendingWithoutWorkerSecondsMax),
  heartbeatSecondsMax: String(recovery.heartbeatSecondsMax ?? ''),
});

const isRight = (text: string): boolean =>
  text.trim() === '' || (/^\d+$/.test(text.trim()) && Number(text) >= min && Number(text) <= max);

/** By the name of the limit what is wrong with it. */
export const wrongIn = (draft: Draft): Partial<Record<Name, string>> =>
  Object.fromEntries(
    limits
      .filter(({ name }) => !isRight(draft[name]))
      .map(({ name }) => [name, `A whole number of seconds from ${min} to ${max.toLocaleString('en')}.`]),
  );

const secondsOf = (text: string): number | null => (text.trim() === '' ? null : Number(text));

/** What was changed: an empty field is the default, and what was left alone is not named. */
export function changeOf(draft: Draft, before: Recovery): Partial<Record<Name, number | null>> {
  const was = draftOf(before);
  return Object.fromEntries(
    limits.filter(({ name }) => draft[name].trim() !== was[name]).map(({ name }) => [name, secondsOf(draft[name])]),
  );
}

/** The limits in words. */
export const inWords = (recovery: Recovery): string =>
  `Lost runs: a run that was taken but has not started goes back into the queue after ` +
  `${duration(recovery.pendingSecondsMax)} (${duration(recovery.pendingWithoutWorkerSecondsMax)} while no worker is connected). ` +
  `A running one counts as crashed after ` +
  `${recovery.heartbeatSecondsMax === null ? 'three missed heartbeats' : `${duration(recovery.heartbeatSecondsMax)} without a heartbeat`}.`;
