'use client';

import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { usePathname } from 'next/navigation';
import { placeOf } from './last-workspace';
import type { Viewer, Workspace } from './use-viewer';
import { labelOf } from './workspace-label';
import { readWorkspaceAddress, type Place } from '@/lib/paths';

type Here = {
  viewer: Viewer;
  workspace: Workspace;
  workspaceId: string;
  place: Place;
  /** What the workspace is called among those that the viewer sees. */ label: string;
};

const HereContext = createContext<Here | null>(null);

type Props = { viewer: Viewer; workspace: Workspace; children: ReactNode };

export function WorkspaceProvider({ viewer, workspace, children }: Props) {
  const here = useMemo(
    () => ({
      viewer,
      workspace,
      workspaceId: workspace.id,
      place: placeOf(workspace),
      label: labelOf(workspace, viewer.workspaces),
    }),
    [viewer, workspace],
  );
  return <HereContext value={here}>{children}</HereContext>;
}

/** The workspace that the page is about, and who looks at it. */
export function useHere(): Here {
  const here = useContext(HereContext);
  if (!here) throw new Error('useHere needs <WorkspaceProvider> above it');
  return here;
}

/** The id at the end of the address. The router's own parameters say `_` in an exported page. */
export const useAddressId = (): string => readWorkspaceAddress(usePathname())?.id ?? '';

/** Whether the address is shaped like one below a workspace. */
export const useIsWorkspaceAddress = (): boolean => readWorkspaceAddress(usePathname()) !== null;
