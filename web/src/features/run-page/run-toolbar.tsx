'use client';

import { useRouter } from 'next/navigation';
import { Ban, Pause, Play, RotateCw } from 'lucide-react';
import type { RunWholeFragment } from '@/generated/graphql';
import { useHere } from '@/lib/session/here';
import { useNow } from '@/lib/now';
import { paths } from '@/lib/paths';
import { Button } from '@/ui/button';
import { MoreMenu } from '@/ui/more-menu';
import { inputFormId } from './pause-note';
import { whyNot } from './run-actions';
import { useRunActions } from './use-run-actions';

/** A run that waits for values goes on from the form that asks for them. */
function focusInput(): void {
  const form = document.getElementById(inputFormId);
  form?.querySelector<HTMLElement>('input, textarea, button')?.focus();
  form?.scrollIntoView({ block: 'center' });
}

export function RunToolbar({ run }: { run: RunWholeFragment }) {
  const router = useRouter();
  const { place } = useHere();
  const { act, busy } = useRunActions(run.id);
  const now = useNow({ paused: run.stateType !== 'SCHEDULED' });
  const button = (action: 'cancel' | 'retry' | 'pause' | 'resume') => ({
    disabledReason: whyNot(action, run, now),
    loading: busy === action,
    onClick: () => void act(action),
  });
  const remove = async () => {
    const worked = await act('delete');
    if (worked) router.push(paths.runs(place));
    return worked;
  };
  return (
    <>
      {run.stateType === 'PAUSED' ? (
        <Button icon={<Play />} {...button('resume')} {...(run.pause?.wantsInput && { onClick: focusInput })}>
          Resume
        </Button>
      ) : (
        <Button icon={<Pause />} {...button('pause')}>
          Pause
        </Button>
      )}
      <Button icon={<Ban />} {...button('cancel')}>
        Cancel
      </Button>
      <Button icon={<RotateCw />} {...button('retry')}>
        Retry
      </Button>
      <MoreMenu id={run.id} action="Delete run" question={`Delete the run “${run.name}”?`} onDelete={remove}>
        Its states, task runs and log go with it. This cannot be undone.
      </MoreMenu>
    </>
  );
}
