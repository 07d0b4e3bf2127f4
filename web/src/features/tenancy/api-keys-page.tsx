'use client';

import { useState } from 'react';
import { KeyRound, Plus } from 'lucide-react';
import { useQuery } from 'urql';
import { ApiKeysDocument, type ApiKeyPartsFragment } from '@/generated/graphql';
import { PageHeader, PageBody } from '@/ui/page';
import { usePageTitle } from '@/lib/page-title';
import { sayError } from '@/lib/say-error';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { EmptyState, ErrorState } from '@/ui/empty-state';
import { SkeletonRows } from '@/ui/skeleton';
import { CreateKeyDialog } from './create-key-dialog';
import { KeysTable } from './keys-table';

export function ApiKeysPage() {
  usePageTitle('API keys');
  const [creating, setCreating] = useState(false);
  const [{ data, error }, reload] = useQuery({ query: ApiKeysDocument, requestPolicy: 'cache-and-network' });
  const create = (
    <Button variant="primary" icon={<Plus />} onClick={() => setCreating(true)}>
      Create key
    </Button>
  );
  return (
    <PageBody>
      <PageHeader
        title="API keys"
        lead="Keys let command lines, agents and scripts act as you, in every workspace of yours."
        actions={create}
      />
      <Card className="overflow-hidden">
        {error && !data ? (
          <ErrorState message={sayError(error)} onRetry={() => reload({ requestPolicy: 'network-only' })} />
        ) : (
          <Keys keys={data?.apiKeys} create={create} />
        )}
      </Card>
      <CreateKeyDialog open={creating} onOpenChange={setCreating} />
    </PageBody>
  );
}

function Keys({ keys, create }: { keys?: ApiKeyPartsFragment[]; create: React.ReactNode }) {
  if (!keys) return <SkeletonRows rows={3} />;
  if (keys.length > 0) return <KeysTable keys={keys} />;
  return (
    <EmptyState icon={<KeyRound />} title="No API keys yet" action={create}>
      Create one to log a command line or an agent in.
    </EmptyState>
  );
}
