import { expect, test } from 'vitest';
import { Lease, leaseTimes, preparingSeconds } from '../src/agent/lease.js';

/** Every length that an agent can be given, and that of a run that is prepared. */
const lengths = [preparingSeconds, ...Array.from({ length: 3600 - 14 }, (_, at) => at + 15)];

test('a run is killed two seconds before the control plane may give it to another agent, or more', () => {
  for (const seconds of lengths) {
    const { endAfterMs, killAfterMs } = leaseTimes(seconds);
    expect(endAfterMs).toBeLessThan(killAfterMs);
    expect(killAfterMs).toBeLessThanOrEqual(seconds * 1000 - 2_000);
  }
});

test('a renewal may fail once, and be tried again, before a run is ended', () => {
  // A request is given up after ten seconds; tries are at most six seconds apart.
  for (const seconds of lengths.filter((each) => each >= 30)) {
    const { renewAfterMs, endAfterMs } = leaseTimes(seconds);
    expect(renewAfterMs + Math.min(10_000, renewAfterMs)).toBeLessThan(endAfterMs);
  }
});

test('a lease counts from when it was asked for, and an answer that comes late takes nothing back', () => {
  const lease = new Lease(1_000, 60);
  lease.renew(21_000, 60);
  lease.renew(11_000, 60);
  expect(lease.killAt).toBe(21_000 + leaseTimes(60).killAfterMs);
});
