import { expect, test } from 'vitest';
import { turnsDuring } from '../../../../test/turns-of-the-loop.js';
import { buildGraph, type NodeRow } from './build-graph.js';

const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000Z`;
const taken = (...ids: string[]) => ids.map((id) => ({ input_type: 'task_run', id }));
const node = (id: string, start: number, inputs: object = {}, end: number | null = start + 1): NodeRow => ({
  kind: 'task-run',
  id,
  label: id,
  state_type: 'COMPLETED',
  start_time: at(start),
  end_time: end === null ? null : at(end),
  task_inputs: { ...inputs },
});
const drawn = async (rows: NodeRow[], since: string | null = null) => {
  const { nodes, roots } = await buildGraph(rows, new Map(), since);
  const ids = (list: { id: string }[]) => list.map((each) => each.id).join(' ');
  return {
    roots,
    nodes: nodes.map(
      ([id, each]) => `${ids(each.parents)} > ${id} > ${ids(each.children)} | ${ids(each.encapsulating)}`,
    ),
  };
};

test('nodes stand in the order of their start, and so do the ends of their edges', async () => {
  expect(await drawn([node('c', 3, { x: taken('b', 'a') }), node('b', 2), node('a', 1)])).toEqual({
    nodes: [' > a > c | ', ' > b > c | ', 'a b > c >  | '],
    roots: ['a', 'b'],
  });
});

test('two that start together stand in the order of their end, what has not ended last', async () => {
  const rows = [node('a', 1, {}, null), node('b', 1, {}, 9), node('c', 1)];
  expect((await drawn(rows)).roots).toEqual(['c', 'b', 'a']);
});

test('a run that is taken by several parameters is one parent', async () => {
  const twice = node('b', 2, { x: taken('a', 'a'), y: taken('a'), z: [{ input_type: 'parameter', name: 'p' }] });
  expect((await drawn([node('a', 1), twice])).nodes).toEqual([' > a > b | ', 'a > b >  | ']);
});

test('the task run within which a run was called encapsulates it and is no parent', async () => {
  const called = node('inner', 2, { x: [], __parents__: taken('outer') });
  expect(await drawn([node('outer', 1), called])).toEqual({
    nodes: [' > outer >  | ', ' > inner >  | outer'],
    roots: ['outer', 'inner'],
  });
});

test('a run that is not in the graph makes no edge, inputs of another shape none either', async () => {
  const odd = node('a', 1, { x: taken('elsewhere'), y: 'text', z: [null, 1, { id: 7 }] });
  expect((await drawn([odd])).nodes).toEqual([' > a >  | ']);
});

test('since leaves out what ended before, but not the edges to it', async () => {
  const rows = [node('a', 1), node('b', 2, { x: taken('a') }), node('c', 3, { x: taken('b') }, null)];
  expect(await drawn(rows, at(3))).toEqual({ nodes: ['a > b > c | ', 'b > c >  | '], roots: [] });
  expect((await drawn(rows, at(4))).nodes).toEqual(['b > c >  | ']);
});

/** Each takes the results of so many that began before it. */
const woven = (nodes: number, inputs: number) => {
  const ids = Array.from({ length: nodes }, (_, at) => `${at}`.padStart(36, '0'));
  return ids.map((id, at) => ({
    ...node(id, 1, { x: taken(...ids.slice(Math.max(0, at - inputs), at)) }),
    start_time: id,
  }));
};

test('while a large graph is drawn, others have their turns', async () => {
  expect(await turnsDuring(() => buildGraph(woven(2_000, 100), new Map(), null))).toBeGreaterThan(5);
});

test('a graph of more edges than an answer may hold is refused in words', async () => {
  await expect(buildGraph(woven(2_600, 100), new Map(), null)).rejects.toThrow(
    'The graph of the flow run has more than 250000 edges.',
  );
});
