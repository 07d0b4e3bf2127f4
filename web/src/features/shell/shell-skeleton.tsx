import { Skeleton, SkeletonRows } from '@/ui/skeleton';

/** The frame of a workspace page before anything is known. */
export const ShellSkeleton = () => (
  <div className="flex h-full" aria-busy="true">
    <div className="hidden w-58 shrink-0 space-y-3 border-r border-line p-3 lg:block">
      <Skeleton className="mb-5 h-9" />
      {Array.from({ length: 5 }, (_, index) => (
        <Skeleton key={index} className="h-7" />
      ))}
    </div>
    <div className="flex-1 px-8 pt-5">
      <Skeleton className="mb-6 h-8 w-48" />
      <div className="rounded-lg border border-line bg-surface">
        <SkeletonRows />
      </div>
    </div>
  </div>
);
