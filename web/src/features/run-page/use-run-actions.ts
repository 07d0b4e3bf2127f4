'use client';

import { useState } from 'react';
import { toast } from 'sonner';
import { useMutation, type CombinedError } from 'urql';
import {
  CancelRunDocument,
  DeleteRunDocument,
  ResumeRunDocument,
  RetryRunDocument,
  SuspendRunDocument,
} from '@/generated/graphql';
import type { RunAction } from '@headgate/contracts';
import { useHere } from '@/lib/session/here';
import { sayError } from '@/lib/say-error';

const done: Record<RunAction, string> = {
  cancel: 'The run is being cancelled.',
  retry: 'The run will be tried again.',
  suspend: 'The run is being suspended.',
  resume: 'The run goes on.',
  delete: 'The run was deleted.',
};

type ActOptions = {
  /** The values that a paused run waits for. */
  input?: Record<string, unknown>;
  /** Shows a refusal where it belongs; false when it cannot. */
  explain?: (message: string) => boolean;
};

/** What can be done with a run; each answers whether it worked, and tells the person. */
export function useRunActions(id: string) {
  const { workspaceId } = useHere();
  const [busy, setBusy] = useState<RunAction | null>(null);
  const [, cancel] = useMutation(CancelRunDocument);
  const [, retry] = useMutation(RetryRunDocument);
  const [, suspend] = useMutation(SuspendRunDocument);
  const [, resume] = useMutation(ResumeRunDocument);
  const [, remove] = useMutation(DeleteRunDocument);
  const mutations = { cancel, retry, suspend, resume, delete: remove };

  const act = async (action: RunAction, { input, explain }: ActOptions = {}): Promise<boolean> => {
    setBusy(action);
    const { error }: { error?: CombinedError } = await mutations[action]({ workspaceId, id, ...(input && { input }) });
    setBusy(null);
    if (error) return (explain?.(sayError(error)) || toast.error(sayError(error)), false);
    toast.success(done[action]);
    return true;
  };
  return { act, busy };
}
