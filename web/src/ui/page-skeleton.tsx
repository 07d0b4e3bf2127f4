import { Skeleton, SkeletonRows } from './skeleton';
import { PageBody } from './page';

/** The page of one thing before it is loaded. */
export const PageSkeleton = () => (
  <PageBody>
    <div role="status" aria-label="Loading">
      <Skeleton className="mb-2 h-8 w-72 max-w-full" />
      <Skeleton className="mb-6 h-5 w-96 max-w-full" />
      <Skeleton className="mb-4 h-10" />
      <div className="rounded-lg border border-line bg-surface">
        <SkeletonRows rows={6} />
      </div>
    </div>
  </PageBody>
);
