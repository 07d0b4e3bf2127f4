import { expect, test, vi } from 'vitest';
import { connection } from './connection';
import { LiveList, type ListSource } from './live-list';

type Thing = { id: string; at: number };
const thing = (at: number): Thing => ({ id: `t${at}`, at });
const place = (shown: readonly Thing[], changed: readonly Thing[]) =>
  [...new Map([...shown, ...changed].map((each) => [each.id, each])).values()]
    .filter((each) => each.at > 0)
    .toSorted((a, b) => b.at - a.at);

/** Things 1 to `count`, the newest first, in pages; and what was asked. */
function make(count: number, own: Partial<ListSource<Thing>> = {}) {
  const asked: [string | null, number][] = [];
  let tell: (changed: readonly Thing[]) => void = () => undefined;
  let again = () => {};
  const things = Array.from({ length: count }, (_, at) => thing(count - at));
  const list = new LiveList<Thing>({
    pageSize: 10,
    load: async (after, first) => {
      asked.push([after, first]);
      const from = Number(after ?? 0);
      const nodes = things.slice(from, from + first);
      return {
        page: { nodes, pageInfo: { hasNextPage: from + first < things.length, endCursor: String(from + first) } },
      };
    },
    follow: (changed, anew) => {
      [tell, again] = [changed, anew];
      return () => (tell = () => undefined);
    },
    place,
    ...own,
  });
  return { list, asked, things, tell: (changed: Thing[]) => tell(changed), again: () => again() };
}
const settled = (list: LiveList<Thing>) => expect.poll(() => list.read().status).toBe('ready');
const ids = (list: LiveList<Thing>) => list.read().nodes?.map(({ at }) => at);

test('one page is loaded, and the next only when it is asked for and there is one', async () => {
  const { list, asked } = make(15);
  list.subscribe(() => undefined);
  await settled(list);
  expect([ids(list)?.length, asked]).toEqual([10, [[null, 10]]]);
  list.loadMore();
  list.loadMore();
  await settled(list);
  expect([ids(list)?.length, asked.length]).toEqual([15, 2]);
  list.loadMore();
  expect(asked.length).toBe(2);
});

test('who comes back finds what was loaded, and all of it is looked at again', async () => {
  const { list, asked, things } = make(30);
  const leave = list.subscribe(() => undefined);
  await settled(list);
  list.loadMore();
  await settled(list);
  leave();
  await new Promise((done) => setTimeout(done));
  things.unshift(thing(31));
  list.subscribe(() => undefined);
  expect(ids(list)?.length).toBe(20);
  await settled(list);
  expect([ids(list)?.[0], asked.at(-1)]).toEqual([31, [null, 20]]);
});

test('while it is held nothing moves; what is new waits, and what no longer belongs stays', async () => {
  const { list, tell } = make(5);
  list.subscribe(() => undefined);
  await settled(list);
  list.hold(true);
  tell([thing(6), { id: 't4', at: -1 }]);
  expect([ids(list), list.read().held.map(({ at }) => at)]).toEqual([[5, -1, 3, 2, 1], [6]]);
  list.hold(false);
  expect([ids(list), list.read().held]).toEqual([[6, 5, 3, 2, 1], []]);
});

test('an answer that was under way does not undo what changed meanwhile', async () => {
  const { list, tell } = make(3);
  list.subscribe(() => undefined);
  tell([{ id: 't2', at: 9 }]);
  await settled(list);
  expect(ids(list)).toEqual([9, 3, 1]);
});

test('after a lost connection, and after an error as soon as there is one, it looks again', async () => {
  let fails = true;
  const page = { nodes: [thing(1)], pageInfo: { hasNextPage: false, endCursor: null } };
  const { list } = make(1, { load: async () => (fails ? { problem: 'away' } : { page }) });
  list.subscribe(() => undefined);
  await expect.poll(() => list.read().error).toBe('away');
  fails = false;
  connection.set('lost');
  connection.set('open');
  await expect.poll(() => ids(list)).toEqual([1]);
  expect(list.read().error).toBeNull();
});

test('what is shown and could not be loaded anew is tried again by itself', async () => {
  vi.useFakeTimers();
  let fails = false;
  const pages = [thing(1), thing(2)].map((each) => ({
    nodes: [each],
    pageInfo: { hasNextPage: false, endCursor: null },
  }));
  const { list, again } = make(1, { load: async () => (fails ? { problem: 'busy' } : { page: pages.shift()! }) });
  list.subscribe(() => undefined);
  await vi.waitFor(() => expect(ids(list)).toEqual([1]));
  fails = true;
  again();
  await vi.advanceTimersByTimeAsync(2_000);
  expect([ids(list), list.read().error]).toEqual([[1], 'busy']);
  fails = false;
  await vi.advanceTimersByTimeAsync(30_000);
  expect([ids(list), list.read().error]).toEqual([[2], null]);
  vi.useRealTimers();
});

test('many may say that news were missed, and all is loaded again once', async () => {
  connection.set('open');
  const { opened } = connection.get();
  for (let count = 0; count < 20; count++) connection.lookAgain();
  await vi.waitFor(() => expect(connection.get().opened).toBeGreaterThan(opened), 10_000);
  expect(connection.get()).toMatchObject({ status: 'open', opened: opened + 1 });
});
