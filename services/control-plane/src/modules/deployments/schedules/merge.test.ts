import { expect, test } from 'vitest';
import { mergeSchedules } from './merge.js';

const cron = { cron: '0 8 * * *', timezone: null, day_or: true };
const stored = (...slugs: (string | null)[]) => slugs.map((slug, at) => ({ id: `id-${at}`, slug }));
const changesOf = (...args: Parameters<typeof mergeSchedules>) => {
  const { replaceAll, create, patch } = mergeSchedules(...args);
  return { replaceAll, create: create.map((each) => each.slug), patch: patch.map(({ id, patch }) => [id, patch]) };
};

test('without stored schedules, or with one that has no slug, all are replaced', () => {
  expect(changesOf([], [{ schedule: cron }])).toEqual({ replaceAll: true, create: [null], patch: [] });
  expect(changesOf(stored('a', null), [{ schedule: cron, slug: 'a' }])).toEqual({
    replaceAll: true,
    create: ['a'],
    patch: [],
  });
  expect(changesOf(stored(null), [])).toEqual({ replaceAll: true, create: [], patch: [] });
});

test('with slugs, a known one is changed, an unknown one is made, and what is not mentioned stays', () => {
  expect(
    changesOf(stored('a', 'b'), [
      { slug: 'a', active: false },
      { slug: 'c', schedule: cron },
    ]),
  ).toEqual({ replaceAll: false, create: ['c'], patch: [['id-0', { active: false, slug: 'a' }]] });
  expect(changesOf(stored('a'), [])).toEqual({ replaceAll: false, create: [], patch: [] });
});

test('with slugs, every schedule needs one, and a new one a schedule', () => {
  expect(() => mergeSchedules(stored('a'), [{ schedule: cron }])).toThrow(/slug/);
  expect(() => mergeSchedules(stored('a'), [{ slug: 'b' }])).toThrow(/schedule configuration/);
});

test('a schedule that replaces another takes its place under the new name', () => {
  expect(changesOf(stored('old'), [{ slug: 'new', replaces: 'old', active: false }])).toEqual({
    replaceAll: false,
    create: [],
    patch: [['id-0', { active: false, slug: 'new' }]],
  });
  expect(changesOf(stored('a'), [{ slug: 'new', replaces: 'gone', schedule: cron }])).toEqual({
    replaceAll: false,
    create: ['new'],
    patch: [],
  });
});

test('two may exchange names, but no name is taken twice', () => {
  expect(
    changesOf(stored('a', 'b'), [
      { slug: 'b', replaces: 'a' },
      { slug: 'a', replaces: 'b' },
    ]).patch,
  ).toEqual([
    ['id-0', { slug: 'b' }],
    ['id-1', { slug: 'a' }],
  ]);
  expect(() =>
    mergeSchedules(stored('a'), [
      { slug: 'x', replaces: 'a' },
      { slug: 'y', replaces: 'a' },
    ]),
  ).toThrow(/targeting the same slug: a/);
  expect(() => mergeSchedules(stored('a', 'b'), [{ slug: 'b', replaces: 'a' }])).toThrow(/already exists/);
});
