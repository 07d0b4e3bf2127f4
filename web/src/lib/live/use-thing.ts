'use client';

import { useCallback } from 'react';
import { useQuery, type AnyVariables, type TypedDocumentNode } from 'urql';
import { errorCode } from '@/lib/graphql-client';
import { useRetry } from '@/lib/use-retry';

/**
 * The answer to a question about one thing. Where it could not be asked anew, what was known stays on the page and is asked
 * for again and again, for nothing on the page says that it is old. A thing that is gone is gone.
 */
export function useThing<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
) {
  const [{ data, error, fetching }, ask] = useQuery<Data, Variables>({
    query,
    variables,
    requestPolicy: 'cache-and-network',
  });
  const reload = useCallback(() => ask({ requestPolicy: 'network-only' }), [ask]);
  const isGone = errorCode(error) === 'notFound';
  useRetry(error && data && !isGone ? reload : undefined);
  return { data: isGone ? undefined : data, error, fetching, reload };
}
