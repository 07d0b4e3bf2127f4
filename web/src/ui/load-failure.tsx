'use client';

import type { CombinedError } from 'urql';
import { errorCode } from '@/lib/graphql-client';
import { sayError } from '@/lib/say-error';
import { Card } from './card';
import { ErrorState } from './empty-state';
import { NoSuchPlace } from './no-such-place';
import { PageBody } from './page';

/** What a page shows instead of a thing that could not be loaded. */
export function LoadFailure({ error, onRetry }: { error: CombinedError; onRetry: () => void }) {
  const code = errorCode(error);
  if (code === 'notFound' || code === 'invalid') return <NoSuchPlace />;
  return (
    <PageBody>
      <Card>
        <ErrorState message={sayError(error)} onRetry={onRetry} />
      </Card>
    </PageBody>
  );
}
