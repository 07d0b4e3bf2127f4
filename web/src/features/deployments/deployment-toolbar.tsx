'use client';

import { useState } from 'react';
import { useRouter } from 'next/navigation';
import { Play, SlidersHorizontal } from 'lucide-react';
import { toast } from 'sonner';
import { useMutation } from 'urql';
import {
  DeleteDeploymentDocument,
  SetDeploymentPausedDocument,
  type DeploymentWholeFragment,
} from '@/generated/graphql';
import { useHere } from '@/lib/session/here';
import { paths } from '@/lib/paths';
import { sayError } from '@/lib/say-error';
import { Button } from '@/ui/button';
import { MoreMenu } from '@/ui/more-menu';
import { Switch } from '@/ui/switch';
import { CustomRunDialog, missesParameters } from './custom-run-dialog';
import { useStartRun } from './use-start-run';

type Props = { deployment: DeploymentWholeFragment };

export function DeploymentToolbar({ deployment }: Props) {
  const [customising, setCustomising] = useState(false);
  const { start, fetching } = useStartRun();
  const missing = missesParameters(deployment);
  return (
    <>
      <PauseSwitch deployment={deployment} />
      <Button icon={<SlidersHorizontal />} onClick={() => setCustomising(true)}>
        Custom run
      </Button>
      <Button
        variant="primary"
        icon={<Play />}
        loading={fetching}
        onClick={() => (missing ? setCustomising(true) : void start({ deploymentId: deployment.id }))}
      >
        Quick run
      </Button>
      <DeploymentMenu deployment={deployment} />
      <CustomRunDialog deployment={deployment} open={customising} onOpenChange={setCustomising} />
    </>
  );
}

function PauseSwitch({ deployment }: Props) {
  const { workspaceId } = useHere();
  const [{ fetching }, setPaused] = useMutation(SetDeploymentPausedDocument);
  const change = async (active: boolean) => {
    const { error } = await setPaused({ workspaceId, id: deployment.id, paused: !active });
    if (error) toast.error(sayError(error));
  };
  return (
    <label className="mr-2 flex basis-full items-center gap-2 text-sm text-muted sm:basis-auto">
      <Switch checked={!deployment.paused} onChange={change} disabled={fetching} label="Active" />
      {deployment.paused ? 'Paused' : 'Active'}
    </label>
  );
}

function DeploymentMenu({ deployment }: Props) {
  const router = useRouter();
  const { workspaceId, place } = useHere();
  const [, remove] = useMutation(DeleteDeploymentDocument);
  const confirmed = async () => {
    const { error } = await remove({ workspaceId, id: deployment.id });
    if (error) toast.error(sayError(error));
    else router.push(paths.deployments(place));
    return !error;
  };
  return (
    <MoreMenu
      id={deployment.id}
      action="Delete deployment"
      question={`Delete “${deployment.name}”?`}
      onDelete={confirmed}
    >
      Its schedules stop and its upcoming runs are dropped. Runs that have been stay. This cannot be undone.
    </MoreMenu>
  );
}
