'use client';

import { NoSuchPlace, PageOfNowhere } from '@/features/shell/workspace-shell';
import { useIsWorkspaceAddress } from '@/features/shell/workspace-context';

/** Below a workspace, what is not there has the side bar around it all the same. */
export default function NotFound() {
  return useIsWorkspaceAddress() ? <PageOfNowhere /> : <NoSuchPlace />;
}
