'use client';

import { useEffect, useRef } from 'react';
import { useSubscription, type TypedDocumentNode } from 'urql';
import { useReconnects } from '@/lib/connection';
import { useHere } from '@/lib/session/here';

const settleMs = 300;

/** Loads again when something that concerns the page changes, and after a lost connection. */
export function useReloadOn<Data>(
  document: TypedDocumentNode<Data, { workspaceId: string }>,
  concerns: (data: Data) => boolean,
  reload: () => void,
): void {
  const { workspaceId } = useHere();
  const latest = useRef({ concerns, reload });
  latest.current = { concerns, reload };
  const wait = useRef<ReturnType<typeof setTimeout>>(undefined);
  useSubscription({ query: document, variables: { workspaceId } }, (_: unknown, data) => {
    if (!latest.current.concerns(data)) return null;
    clearTimeout(wait.current);
    wait.current = setTimeout(() => latest.current.reload(), settleMs);
    return null;
  });
  useEffect(() => () => clearTimeout(wait.current), []);
  const reconnects = useReconnects();
  useEffect(() => {
    if (reconnects > 0) latest.current.reload();
  }, [reconnects]);
}
