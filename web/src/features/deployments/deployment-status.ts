import type { DeploymentRowFragment } from '@/generated/graphql';

type Deployment = Pick<DeploymentRowFragment, 'paused' | 'status' | 'workPoolName'>;

/** In one sentence whether runs of a deployment are made and taken: what is paused is called so wherever it is told. */
export function statusWords({ paused, status, workPoolName }: Deployment): string {
  const who = workPoolName === null ? 'program' : 'worker';
  const polled = `${status === 'READY' ? 'a' : 'no'} ${who} is polling for runs`;
  if (paused) return `Paused: its schedules make no runs${status === 'READY' ? '' : `, and ${polled}`}`;
  return `${status === 'READY' ? 'Ready' : 'Not ready'}: ${polled}`;
}

/** Why nobody takes a run of a deployment that begins now; null when somebody polls for it. */
export function whyNobodyTakes({ status, workPoolName }: Pick<Deployment, 'status' | 'workPoolName'>): string | null {
  if (status === 'READY') return null;
  return workPoolName === null
    ? 'Its deployment has no work pool, and no program serves it: nobody takes the run until one does.'
    : `Nobody polls the work pool “${workPoolName}” for it: the run waits until somebody does.`;
}
