'use client';

import { useEffect } from 'react';
import { useSubscription } from 'urql';
import { LoopsChangedDocument } from '@/generated/graphql';
import { connection, useReconnects } from '@/lib/connection';
import { useHere } from '@/lib/session/here';

/** Hears whether the part of the server that makes runs is there; a server that is away tells nothing of it. */
export function SchedulerWatched() {
  const { workspaceId } = useHere();
  const reconnects = useReconnects();
  const [{ data }] = useSubscription({ query: LoopsChangedDocument, variables: { workspaceId } });
  const turning = data?.loopsChanged.turning ?? true;
  useEffect(() => connection.schedules(turning), [turning, reconnects]);
  return null;
}
