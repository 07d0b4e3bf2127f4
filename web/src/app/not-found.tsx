'use client';

import { PageOfNowhere } from '@/features/shell/workspace-shell';
import { useIsWorkspaceAddress } from '@/lib/session/here';
import { NoSuchPlace } from '@/ui/no-such-place';

/** Below a workspace, what is not there has the side bar around it all the same. */
export default function NotFound() {
  return useIsWorkspaceAddress() ? <PageOfNowhere /> : <NoSuchPlace />;
}
