import { expect, test } from 'vitest';
import { mergeSchedules, replaceSchedules } from './merge.js';

const cron = { cron: '0 8 * * *', timezone: null, day_or: true };
const stored = (...slugs: (string | null)[]) =>
  slugs.map((slug, at) => ({
    id: `id-${at}`,
    slug,
    schedule: cron,
    parameters: {},
    declared_active: true,
    catch_up: null,
  }));
const changesOf = (...args: Parameters<typeof mergeSchedules>) => {
  const { remove, create, patch } = mergeSchedules(...args);
  return { remove, create: create.map((each) => each.slug), patch: patch.map(({ id, patch }) => [id, patch]) };
};

const other = { cron: '0 9 * * *', timezone: null, day_or: true };
const asIs = { max_scheduled_runs: null, slug: null };

test('without stored schedules, or with one that has no slug, all are replaced', () => {
  expect(changesOf([], [{ schedule: cron }])).toEqual({ remove: [], create: [null], patch: [] });
  expect(changesOf(stored('a', null), [{ schedule: other, slug: 'a' }])).toEqual({
    remove: ['id-0', 'id-1'],
    create: ['a'],
    patch: [],
  });
  expect(changesOf(stored(null), [])).toEqual({ remove: ['id-0'], create: [], patch: [] });
});

test('a schedule that fires as before stays itself, and active or not, unless something else is said than before', () => {
  const { patch: kept, ...rest } = changesOf(stored(null), [
    { schedule: { day_or: cron.day_or, timezone: null, cron: cron.cron } },
  ]);
  expect({ kept, ...rest }).toEqual({ kept: [['id-0', asIs]], remove: [], create: [] });
  expect(changesOf(stored(null), [{ schedule: cron, active: true }]).patch).toEqual([['id-0', asIs]]);
  expect(changesOf(stored(null), [{ schedule: cron, active: false }]).patch).toEqual([
    ['id-0', { ...asIs, active: false, declared_active: false }],
  ]);
  expect(changesOf(stored(null), [{ schedule: cron, parameters: { a: 1 } }])).toEqual({
    remove: ['id-0'],
    create: [null],
    patch: [],
  });
});

test('of several that fire alike each is kept once, by its name where it has one', () => {
  const { remove, create, patch } = replaceSchedules(stored('a', null, 'b'), [
    { schedule: cron, slug: 'b' },
    { schedule: cron, slug: 'c' },
  ]);
  expect({ remove, create, patch: patch.map(({ id, renamed }) => [id, renamed]) }).toEqual({
    remove: ['id-1'],
    create: [],
    patch: [
      ['id-2', false],
      ['id-0', true],
    ],
  });
});

test('with slugs, a known one is changed, an unknown one is made, and what is not mentioned stays', () => {
  expect(
    changesOf(stored('a', 'b'), [
      { slug: 'a', active: false },
      { slug: 'c', schedule: cron },
    ]),
  ).toEqual({ remove: [], create: ['c'], patch: [['id-0', { active: false, slug: 'a' }]] });
  expect(changesOf(stored('a'), [])).toEqual({ remove: [], create: [], patch: [] });
});

test('with slugs, every schedule needs one, and a new one a schedule', () => {
  expect(() => mergeSchedules(stored('a'), [{ schedule: cron }])).toThrow(/slug/);
  expect(() => mergeSchedules(stored('a'), [{ slug: 'b' }])).toThrow(/schedule configuration/);
});

test('a schedule that replaces another takes its place under the new name', () => {
  expect(changesOf(stored('old'), [{ slug: 'new', replaces: 'old', active: false }])).toEqual({
    remove: [],
    create: [],
    patch: [['id-0', { active: false, slug: 'new' }]],
  });
  expect(changesOf(stored('a'), [{ slug: 'new', replaces: 'gone', schedule: cron }])).toEqual({
    remove: [],
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
