'use client';

import { useState } from 'react';
import { useRouter } from 'next/navigation';
import { Ban, Copy, Ellipsis, Pause, Play, RotateCw, Trash2 } from 'lucide-react';
import { toast } from 'sonner';
import type { RunWholeFragment } from '@/generated/graphql';
import { useHere } from '@/features/shell/workspace-context';
import { paths } from '@/lib/paths';
import { Button } from '@/ui/button';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { Dropdown, DropdownItem, DropdownLine } from '@/ui/dropdown';
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
  const [deleting, setDeleting] = useState(false);
  const button = (action: 'cancel' | 'retry' | 'pause' | 'resume') => ({
    disabledReason: whyNot(action, run),
    loading: busy === action,
    onClick: () => void act(action),
  });
  const confirm = async () => {
    const worked = await act('delete');
    if (worked) router.push(paths.runs(place));
    return worked;
  };
  const copyId = async () => {
    await navigator.clipboard.writeText(run.id);
    toast.success('Copied the id.');
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
      <Dropdown
        trigger={
          <Button size="icon" aria-label="More">
            <Ellipsis />
          </Button>
        }
      >
        <DropdownItem icon={<Copy />} onSelect={copyId}>
          Copy id
        </DropdownItem>
        <DropdownLine />
        <DropdownItem danger icon={<Trash2 />} onSelect={() => setDeleting(true)}>
          Delete run
        </DropdownItem>
      </Dropdown>
      <ConfirmDialog
        open={deleting}
        onOpenChange={setDeleting}
        title={`Delete the run “${run.name}”?`}
        action="Delete run"
        onConfirm={confirm}
      >
        Its states, task runs and log go with it. This cannot be undone.
      </ConfirmDialog>
    </>
  );
}
