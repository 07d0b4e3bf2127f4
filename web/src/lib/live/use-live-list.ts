'use client';

import { useMemo, useRef, useSyncExternalStore } from 'react';
import type { AnyVariables, Client, TypedDocumentNode } from 'urql';
import type { ListSource, ListState, LiveList, Page } from '@/lib/live-list';
import { sayError } from '@/lib/say-error';
import { useSession } from '@/lib/session/clients';

export type ListView<Node> = ListState<Node> & Pick<LiveList<Node & { id: string }>, 'loadMore' | 'reload' | 'hold'>;

/** The list that a key stands for. While a new one is loaded, what the one before had stays in sight. */
export function useLiveList<Node extends { id: string }>(
  key: string,
  source: (client: Client) => ListSource<Node>,
): ListView<Node> {
  const { direct, lists } = useSession();
  const list = useMemo(() => lists.get(key, () => source(direct)), [lists, direct, key]);
  const state = useSyncExternalStore(list.subscribe, list.read, list.read);
  const before = useRef<readonly Node[] | null>(null);
  if (state.nodes) before.current = state.nodes;
  const { loadMore, reload, hold } = list;
  return { ...state, nodes: state.nodes ?? before.current, loadMore, reload, hold };
}

/** The first of a list: it does not grow, whatever is asked of it. */
export const firstOf = <Node>(list: ListView<Node>, count: number): ListView<Node> => ({
  ...list,
  nodes: list.nodes && list.nodes.slice(0, count),
  hasMore: false,
  loadMore: nothing,
});

const nothing = () => {};

/** Pages of a query. */
export const pagesOf =
  <Data, Variables extends AnyVariables, Node>(
    client: Client,
    query: TypedDocumentNode<Data, Variables>,
    variables: (after: string | null, first: number) => Variables,
    pageOf: (data: Data) => Page<Node>,
  ): ListSource<Node>['load'] =>
  async (after, first) => {
    const { data, error } = await client.query(query, variables(after, first)).toPromise();
    return data ? { page: pageOf(data) } : { problem: error ? sayError(error) : 'No answer.' };
  };
