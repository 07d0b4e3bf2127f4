'use client';

import { useCallback, useEffect, useState } from 'react';
import type { AnyVariables, TypedDocumentNode } from 'urql';
import { sayError } from '@/lib/say-error';
import { useSession } from './clients';

type Page<Node> = { nodes: Node[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };

/** A list that is loaded page by page. Loads anew when the variables change; until then shows what it has. */
export function usePaged<Data, Variables extends AnyVariables, Node>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  pageOf: (data: Data) => Page<Node>,
) {
  const { direct } = useSession();
  const [nodes, setNodes] = useState<Node[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [hasMore, setHasMore] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [loading, setLoading] = useState(true);
  const [asked, setAsked] = useState(0);
  const key = JSON.stringify(variables);

  const fetchPage = useCallback(
    async (after: string | null) => {
      setLoading(true);
      const answer = await direct.query(query, { ...variables, after } as Variables).toPromise();
      return answer.data
        ? { page: pageOf(answer.data) }
        : { problem: answer.error ? sayError(answer.error) : 'No answer.' };
    },
    [direct, query, key],
  );
  const take = useCallback((answer: Awaited<ReturnType<typeof fetchPage>>, before: Node[]) => {
    setLoading(false);
    setError(answer.problem ?? null);
    if (!answer.page) return;
    setNodes([...before, ...answer.page.nodes]);
    setCursor(answer.page.pageInfo.endCursor);
    setHasMore(answer.page.pageInfo.hasNextPage);
  }, []);

  useEffect(() => {
    let wanted = true;
    void fetchPage(null).then((answer) => wanted && take(answer, []));
    return () => {
      wanted = false;
    };
  }, [fetchPage, take, asked]);

  return {
    nodes,
    hasMore,
    loading,
    error,
    loadMore: async () => take(await fetchPage(cursor), nodes ?? []),
    reload: () => setAsked((times) => times + 1),
  };
}
