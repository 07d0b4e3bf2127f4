'use client';

import { useState } from 'react';
import { useRouter } from 'next/navigation';
import { Ban, Pause, Play, RotateCw } from 'lucide-react';
import type { RunWholeFragment } from '@/generated/graphql';
import { useHere } from '@/lib/session/here';
import { useNow } from '@/lib/now';
import { paths } from '@/lib/paths';
import { Button } from '@/ui/button';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { MoreMenu } from '@/ui/more-menu';
import { inputFormId } from './pause-note';
import { whatCancelDoes, whyNot } from './run-actions';
import { useRunActions } from './use-run-actions';

/** A run that waits for values goes on from the form that asks for them: what is missing is said there, and focused. */
function sendInput(): void {
  const form = document.getElementById(inputFormId);
  if (form instanceof HTMLFormElement) form.requestSubmit();
}

export function RunToolbar({ run }: { run: RunWholeFragment }) {
  const router = useRouter();
  const { place } = useHere();
  const { act, busy } = useRunActions(run.id);
  const [cancelling, setCancelling] = useState(false);
  const [suspending, setSuspending] = useState(false);
  const now = useNow({ paused: run.stateType !== 'SCHEDULED' });
  const button = (action: 'cancel' | 'retry' | 'suspend' | 'resume') => ({
    disabledReason: whyNot(action, run, now),
    loading: busy === action,
    onClick: () => void act(action),
  });
  const remove = async () => {
    const worked = await act('delete');
    if (worked) router.push(paths.runs(place));
    return worked;
  };
  const cancellation = whatCancelDoes(run);
  return (
    <>
      {run.stateType === 'PAUSED' ? (
        <Button icon={<Play />} {...button('resume')} {...(run.pause?.wantsInput && { onClick: sendInput })}>
          Resume
        </Button>
      ) : (
        <Button icon={<Pause />} {...button('suspend')} onClick={() => setSuspending(true)}>
          Suspend
        </Button>
      )}
      <Button icon={<Ban />} {...button('cancel')} onClick={() => setCancelling(true)}>
        Cancel
      </Button>
      <Button icon={<RotateCw />} {...button('retry')}>
        Retry
      </Button>
      <ConfirmDialog
        open={suspending}
        onOpenChange={setSuspending}
        title={`Suspend the run “${run.name}”?`}
        action="Suspend run"
        keep="Let it run"
        onConfirm={() => act('suspend')}
      >
        Its process ends. When it is resumed, the flow begins anew, in a new process: what is done is done again, but
        for tasks whose results were kept.
      </ConfirmDialog>
      <ConfirmDialog
        open={cancelling}
        onOpenChange={setCancelling}
        title={`Cancel the run “${run.name}”?`}
        action="Cancel run"
        keep={cancellation.keep}
        onConfirm={() => act('cancel')}
      >
        {cancellation.words}
      </ConfirmDialog>
      <MoreMenu id={run.id} action="Delete run" question={`Delete the run “${run.name}”?`} onDelete={remove}>
        Its states, task runs and log go with it. This cannot be undone.
      </MoreMenu>
    </>
  );
}
