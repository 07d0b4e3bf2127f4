'use client';

import Link from 'next/link';
import { toast } from 'sonner';
import { useMutation } from 'urql';
import { CreateRunDocument, type CreateFlowRunInput } from '@/generated/graphql';
import { useHere } from '@/features/shell/workspace-context';
import { paths } from '@/lib/paths';
import { sayError } from '@/lib/say-error';

/**
 * Starts a run of a deployment and shows the way to it. Answers the error, if there was one. `explain` shows what the server
 * said of the values, where it can.
 */
export function useStartRun() {
  const { workspaceId, place } = useHere();
  const [{ fetching }, create] = useMutation(CreateRunDocument);
  const start = async (input: CreateFlowRunInput, explain: (message: string) => boolean = () => false) => {
    // A key of its own makes a repeated request the same request.
    const { data, error } = await create({ workspaceId, input: { ...input, idempotencyKey: newKey() } });
    const run = data?.createFlowRun;
    if (error && !explain(sayError(error))) toast.error(sayError(error));
    if (run)
      toast.success(input.scheduledTime ? 'The run is scheduled.' : 'The run is created.', {
        description: (
          <Link href={paths.run(place, run.id)} className="font-medium text-accent hover:underline">
            Open {run.name}
          </Link>
        ),
      });
    return { run: run ?? null, error };
  };
  return { start, fetching };
}

/** `crypto.randomUUID` is missing where the page is not served over HTTPS or from localhost. */
const newKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
