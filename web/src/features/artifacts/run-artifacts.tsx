'use client';

import { useEffect } from 'react';
import { FileText } from 'lucide-react';
import { useQuery } from 'urql';
import { RunArtifactsDocument, type RunArtifactsQuery } from '@/generated/graphql';
import { useHere } from '@/features/shell/workspace-context';
import { sayError } from '@/lib/say-error';
import { Card } from '@/ui/card';
import { EmptyState, ErrorState } from '@/ui/empty-state';
import { Skeleton } from '@/ui/skeleton';
import { Tag } from '@/ui/tag';
import { Time } from '@/ui/time';
import { ArtifactContent } from './artifact-content';

type Artifact = RunArtifactsQuery['flowRun']['artifacts'][number];
type Props = {
  flowRunId: string;
  /** Changes when the run moves, and then the list is loaded again. */ stateId?: string;
};

/** Results are kept by reference as artifacts too; those are for programs. */
const forReaders = (artifact: Artifact) => artifact.type !== 'result';

export function RunArtifacts({ flowRunId, stateId }: Props) {
  const { workspaceId } = useHere();
  const [{ data, error }, reload] = useQuery({
    query: RunArtifactsDocument,
    variables: { workspaceId, flowRunId },
    requestPolicy: 'cache-and-network',
  });
  useEffect(() => reload({ requestPolicy: 'network-only' }), [stateId, reload]);
  const artifacts = data?.flowRun.artifacts.filter(forReaders);
  if (error && !artifacts)
    return <ErrorState message={sayError(error)} onRetry={() => reload({ requestPolicy: 'network-only' })} />;
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
    {artifact.description && <p className="px-4 pt-3 text-sm whitespace-pre-wrap text-muted">{artifact.description}</p>}
    <ArtifactContent type={artifact.type} data={artifact.data} />
  </Card>
);
