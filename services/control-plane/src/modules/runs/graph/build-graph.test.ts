import { expect, test } from 'vitest';
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
const drawn = (rows: NodeRow[], since: string | null = null) => {
  const { nodes, roots } = buildGraph(rows, new Map(), since);
  const ids = (list: { id: string }[]) => list.map((each) => each.id).join(' ');
  return {
    roots,
    nodes: nodes.map(
      ([id, each]) => `${ids(each.parents)} > ${id} > ${ids(each.children)} | ${ids(each.encapsulating)}`,
    ),
  };
};

test('nodes stand in the order of their start, and so do the ends of their edges', () => {
  expect(drawn([node('c', 3, { x: taken('b', 'a') }), node('b', 2), node('a', 1)])).toEqual({
    nodes: [' > a > c | ', ' > b > c | ', 'a b > c >  | '],
    roots: ['a', 'b'],
  });
});

test('two that start together stand in the order of their end, what has not ended last', () => {
  expect(buildGraph([node('a', 1, {}, null), node('b', 1, {}, 9), node('c', 1)], new Map(), null).roots).toEqual([
    'c',
    'b',
    'a',
  ]);
});

test('a run that is taken by several parameters is one parent', () => {
  const twice = node('b', 2, { x: taken('a', 'a'), y: taken('a'), z: [{ input_type: 'parameter', name: 'p' }] });
  expect(drawn([node('a', 1), twice]).nodes).toEqual([' > a > b | ', 'a > b >  | ']);
});

test('the task run within which a run was called encapsulates it and is no parent', () => {
  const called = node('inner', 2, { x: [], __parents__: taken('outer') });
  expect(drawn([node('outer', 1), called])).toEqual({
    nodes: [' > outer >  | ', ' > inner >  | outer'],
    roots: ['outer', 'inner'],
  });
});

test('a run that is not in the graph makes no edge, inputs of another shape none either', () => {
  const odd = node('a', 1, { x: taken('elsewhere'), y: 'text', z: [null, 1, { id: 7 }] });
  expect(drawn([odd]).nodes).toEqual([' > a >  | ']);
});

test('since leaves out what ended before, but not the edges to it', () => {
  const rows = [node('a', 1), node('b', 2, { x: taken('a') }), node('c', 3, { x: taken('b') }, null)];
  expect(drawn(rows, at(3))).toEqual({ nodes: ['a > b > c | ', 'b > c >  | '], roots: [] });
  expect(drawn(rows, at(4)).nodes).toEqual(['b > c >  | ']);
});
