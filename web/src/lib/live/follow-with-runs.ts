import type { Client, TypedDocumentNode } from 'urql';
import { RunsChangedDocument, type RunRowFragment } from '@/generated/graphql';

type OfWorkspace = { workspaceId: string };

/**
 * For lists of what runs come from: calls when one of their things is made, changed or deleted, and when a run of one
 * moves. Answers how to stop.
 */
export function followWithRuns<Data>(
  client: Client,
  document: TypedDocumentNode<Data, OfWorkspace>,
  workspaceId: string,
  again: () => void,
  concerns: (run: RunRowFragment) => boolean = () => true,
): () => void {
  const feeds = [
    client.subscription(document, { workspaceId }).subscribe(({ data }) => data && again()),
    client
      .subscription(RunsChangedDocument, { workspaceId })
      .subscribe(({ data }) => data && concerns(data.flowRunsChanged) && again()),
  ];
  return () => feeds.forEach((feed) => feed.unsubscribe());
}
