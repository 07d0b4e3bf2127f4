'use client';

import { useEffect, useRef, useState } from 'react';
import { RunLogsAddedDocument, RunLogsDocument } from '@/generated/graphql';
import { useSession } from '@/features/shell/clients';
import { useHere } from '@/features/shell/workspace-context';
import { batched } from '@/lib/batched';
import { useReconnects } from '@/lib/connection';
import { sayError } from '@/lib/say-error';
import { appendLines, type Line } from './log-view';

const pageSize = 200;

/**
 * The log of a run: what is there, page by page, then what comes, from the cursor of the last line on, so that nothing falls
 * between. After a lost connection it goes on from the same cursor. `lines` is null until the first page is there.
 */
export function useRunLogs(flowRunId: string) {
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
      const variables = { workspaceId, flowRunId, first: pageSize, after: cursor.current };
      const { data, error } = await direct.query(RunLogsDocument, variables).toPromise();
      if (!wanted) return false;
      setError(error ? sayError(error) : null);
      if (!data) return false;
      take(data.flowRun.logs.nodes);
      return data.flowRun.logs.pageInfo.hasNextPage ? loadRest() : true;
    };
    const follow = () => {
      const feed = direct
        .subscription(RunLogsAddedDocument, { workspaceId, flowRunId, after: cursor.current })
        .subscribe(({ data }) => data && inbox.push(data.flowRunLogs));
      unsubscribe = () => feed.unsubscribe();
    };
    void loadRest().then((complete) => complete && wanted && follow());
    return () => {
      wanted = false;
      unsubscribe();
      inbox.stop();
    };
  }, [direct, workspaceId, flowRunId, reconnects, asked]);

  return { lines, error, reload: () => setAsked((times) => times + 1) };
}
