import { expect, test } from 'vitest';
import { clockNote } from './clock-note.js';

const now = Date.parse('2026-11-30T00:00:00Z');
const noteOf = (cron: string, timezone: string | null) => clockNote({ cron, timezone, day_or: true }, now);

test('what fires through the hour that comes twice has a note', () => {
  expect(noteOf('*/30 * * * *', 'America/New_York')).toBe(
    'On 2027-11-07 the clocks of America/New_York are put back, and cron leaves out the hour that comes twice: nothing fires for 90 minutes. Take an interval, or UTC, where that matters.',
  );
  expect(noteOf('0 * * * *', 'Europe/Berlin')).toContain('On 2027-10-31 the clocks of Europe/Berlin are put back');
  expect(noteOf('* * * * * */5', 'Australia/Lord_Howe')).toContain('nothing fires for 30 minutes');
});

test('what fires once a day, without clocks that change, or by an interval has none', () => {
  expect(noteOf('30 1 * * *', 'America/New_York')).toBeNull();
  expect(noteOf('*/30 8-18 * * *', 'America/New_York')).toBeNull();
  for (const zone of ['UTC', null, 'Asia/Tokyo']) expect(noteOf('*/5 * * * *', zone)).toBeNull();
  const interval = { interval: 1_800, anchor_date: '2026-01-01T00:00:00Z', timezone: 'America/New_York' };
  expect(clockNote(interval, now)).toBeNull();
});

test('a note is kept until the clocks are put back, and then it is about the next time', () => {
  const schedule = { cron: '15 * * * *', timezone: 'America/New_York', day_or: true };
  const fold = Date.parse('2027-11-07T06:00:00Z');
  expect(clockNote(schedule, now)).toContain('2027-11-07');
  expect(clockNote(schedule, fold - 1)).toContain('2027-11-07');
  expect(clockNote(schedule, fold)).toContain('2028-11-05');
  expect(clockNote(schedule, now)).toContain('2027-11-07');
});
