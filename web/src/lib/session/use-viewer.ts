'use client';

import { useQuery } from 'urql';
import { ViewerDocument, type ViewerQuery } from '@/generated/graphql';

export type Viewer = NonNullable<ViewerQuery['viewer']>;
export type Workspace = Viewer['workspaces'][number];

/** Who is signed in. `viewer` is undefined while that is not known, null when it is nobody. */
export function useViewer() {
  const [{ data, error }, reload] = useQuery({ query: ViewerDocument });
  return { viewer: data?.viewer === undefined ? undefined : data.viewer, error, reload };
}
