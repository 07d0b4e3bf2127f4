'use client';

import { useState } from 'react';
import { Play } from 'lucide-react';
import { toast } from 'sonner';
import { useClient } from 'urql';
import { DeploymentDocument, type DeploymentRowFragment } from '@/generated/graphql';
import { useHere } from '@/lib/session/here';
import { sayError } from '@/lib/say-error';
import { Button } from '@/ui/button';
import { CustomRunDialog, missesParameters, type RunnableDeployment } from './custom-run-dialog';
import { useStartRun } from './use-start-run';

/** Starts a run, and asks first for the values that it needs and the deployment does not bring. */
export function RunNow({ deployment }: { deployment: DeploymentRowFragment }) {
  const { workspaceId } = useHere();
  const client = useClient();
  const { start, fetching } = useStartRun();
  const [asked, ask] = useState<RunnableDeployment | null>(null);
  const [looking, setLooking] = useState(false);
  const run = async () => {
    setLooking(true);
    const variables = { workspaceId, id: deployment.id };
    const { data, error } = await client
      .query(DeploymentDocument, variables, { requestPolicy: 'network-only' })
      .toPromise();
    setLooking(false);
    if (!data) return void toast.error(error ? sayError(error) : 'The deployment could not be read.');
    if (missesParameters(data.deployment)) ask(data.deployment);
    else await start({ deploymentId: deployment.id });
  };
  return (
    <>
      <Button
        size="sm"
        icon={<Play />}
        loading={looking || fetching}
        aria-label={`Run ${deployment.name} now`}
        onClick={() => void run()}
      >
        Run
      </Button>
      {asked && <CustomRunDialog open deployment={asked} onOpenChange={() => ask(null)} />}
    </>
  );
}
