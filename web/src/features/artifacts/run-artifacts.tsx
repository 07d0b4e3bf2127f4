'use client';

import { useCallback, useEffect, useRef } from 'react';
import { FileText } from 'lucide-react';
import { useQuery, type CombinedError } from 'urql';
import { RunArtifactsDocument, TaskRunArtifactsDocument, type ArtifactPartsFragment } from '@/generated/graphql';
import { useHere } from '@/lib/session/here';
import { useEvery } from '@/lib/every';
import { sayError } from '@/lib/say-error';
import { Card } from '@/ui/card';
import { EmptyState, ErrorState } from '@/ui/empty-state';
import { Markdown } from '@/ui/markdown/markdown';
import { Skeleton } from '@/ui/skeleton';
import { Tag } from '@/ui/tag';
import { Time } from '@/ui/time';
import { ArtifactContent } from './artifact-content';

type Artifact = ArtifactPartsFragment;
type Live = {
  /** Changes when the run moves, and then the list is loaded again. */
  stateId?: string;
  /** More may come. */
  live: boolean;
};

/** Results are kept by reference as artifacts too; those are for programs. */
const forReaders = (artifact: Artifact) => artifact.type !== 'result';
const lookAgainMs = 5_000;

export function RunArtifacts({ flowRunId, ...live }: Live & { flowRunId: string }) {
  const { workspaceId } = useHere();
  const [{ data, error }, ask] = useQuery({
    query: RunArtifactsDocument,
    variables: { workspaceId, flowRunId },
    requestPolicy: 'cache-and-network',
  });
  return <Artifacts artifacts={data?.flowRun.artifacts} error={error} ask={ask} {...live} />;
}

export function TaskRunArtifacts({ taskRunId, ...live }: Live & { taskRunId: string }) {
  const { workspaceId } = useHere();
  const [{ data, error }, ask] = useQuery({
    query: TaskRunArtifactsDocument,
    variables: { workspaceId, taskRunId },
    requestPolicy: 'cache-and-network',
  });
  return <Artifacts artifacts={data?.taskRun.artifacts} error={error} ask={ask} {...live} />;
}

type Props = Live & {
  artifacts: readonly Artifact[] | undefined;
  error: CombinedError | undefined;
  ask: (options: { requestPolicy: 'network-only' }) => void;
};

function Artifacts({ artifacts: all, error, ask, stateId, live }: Props) {
  const reload = useCallback(() => ask({ requestPolicy: 'network-only' }), [ask]);
  const first = useRef(stateId);
  useEffect(() => {
    if (first.current !== stateId) reload();
    first.current = stateId;
  }, [stateId, reload]);
  useEvery(lookAgainMs, reload, !live);
  const artifacts = all?.filter(forReaders);
  if (error && !artifacts) return <ErrorState message={sayError(error)} onRetry={reload} />;
  if (!artifacts) return <Skeleton className="h-40" />;
  if (artifacts.length === 0)
    return (
      <Card>
        <EmptyState icon={<FileText />} title="No artifacts">
          Tables, texts and links that the run publishes are shown here.
        </EmptyState>
      </Card>
    );
  return (
    <div className="space-y-4">
      {artifacts.map((artifact) => (
        <OneArtifact key={artifact.id} artifact={artifact} />
      ))}
    </div>
  );
}

const OneArtifact = ({ artifact }: { artifact: Artifact }) => (
  <Card className="overflow-hidden">
    <header className="flex items-center gap-2 border-b border-line px-4 py-2.5 text-sm">
      <span className="font-semibold">{artifact.key ?? 'Artifact'}</span>
      {artifact.type && <Tag>{artifact.type}</Tag>}
      <Time iso={artifact.created} className="ml-auto text-xs text-faint" />
    </header>
    {artifact.description && <Markdown text={artifact.description} className="px-4 pt-3 text-muted" />}
    <ArtifactContent type={artifact.type} data={artifact.data} />
  </Card>
);
