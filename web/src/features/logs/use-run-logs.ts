'use client';

import { useEffect, useRef, useState } from 'react';
import {
  RunLogsAddedDocument,
  RunLogsDocument,
  TaskRunLogsAddedDocument,
  TaskRunLogsDocument,
  type LogPageFragment,
} from '@/generated/graphql';
import type { Client, CombinedError } from 'urql';
import { useSession } from '@/lib/session/clients';
import { useHere } from '@/lib/session/here';
import { batched } from '@/lib/batched';
import { useReconnects } from '@/lib/connection';
import { sayError } from '@/lib/say-error';
import { appendLines, type Line } from './log-view';

const pageSize = 200;

/** Whose lines. */
export type LogsOf = { flowRunId: string } | { taskRunId: string };

type Place = { workspaceId: string; after: string | null };

/**
 * The log of a run: what is there, page by page, then what comes, from the cursor of the last line on, so that nothing falls
 * between. After a lost connection it goes on from the same cursor. `lines` is null until the first page is there.
 */
export function useRunLogs(of: LogsOf) {
  const { workspaceId } = useHere();
  const { direct } = useSession();
  const reconnects = useReconnects();
  const [lines, setLines] = useState<readonly Line[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [asked, setAsked] = useState(0);
  const cursor = useRef<string | null>(null);

  useEffect(() => {
    let wanted = true;
    let unsubscribe = () => {};
    const take = (more: readonly Line[]) => {
      cursor.current = more.at(-1)?.cursor ?? cursor.current;
      setLines((known) => appendLines(known ?? [], more));
    };
    const inbox = batched<Line[]>((batches) => wanted && take(batches.flat()), 150);
    const loadRest = async (): Promise<boolean> => {
      const { page, error } = await load(direct, of, { workspaceId, after: cursor.current });
      if (!wanted) return false;
      setError(error ? sayError(error) : null);
      if (!page) return false;
      take(page.nodes);
      return page.pageInfo.hasNextPage ? loadRest() : true;
    };
    const follow = () => {
      unsubscribe = listen(direct, of, { workspaceId, after: cursor.current }, inbox.push);
    };
    void loadRest().then((complete) => complete && wanted && follow());
    return () => {
      wanted = false;
      unsubscribe();
      inbox.stop();
    };
  }, [direct, workspaceId, of, reconnects, asked]);

  return { lines, error, reload: () => setAsked((times) => times + 1) };
}

async function load(
  client: Client,
  of: LogsOf,
  place: Place,
): Promise<{ page: LogPageFragment | undefined; error?: CombinedError }> {
  if ('flowRunId' in of) {
    const { data, error } = await client.query(RunLogsDocument, { ...place, ...of, first: pageSize }).toPromise();
    return { page: data?.flowRun.logs, error };
  }
  const { data, error } = await client.query(TaskRunLogsDocument, { ...place, ...of, first: pageSize }).toPromise();
  return { page: data?.taskRun.logs, error };
}

function listen(client: Client, of: LogsOf, place: Place, take: (lines: Line[]) => void): () => void {
  const feed =
    'flowRunId' in of
      ? client
          .subscription(RunLogsAddedDocument, { ...place, ...of })
          .subscribe(({ data }) => data && take(data.flowRunLogs))
      : client
          .subscription(TaskRunLogsAddedDocument, { ...place, ...of })
          .subscribe(({ data }) => data && take(data.taskRunLogs));
  return () => feed.unsubscribe();
}
