'use client';

import { ErrorState } from '@/ui/empty-state';

/** A page that broke; the rest of the app stands. */
export default function PageError({ reset }: { reset: () => void }) {
  return <ErrorState message="This page ran into an error of its own." onRetry={reset} />;
}
