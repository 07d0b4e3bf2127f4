'use client';

import Link from 'next/link';
import { toast } from 'sonner';
import { useMutation, type CombinedError } from 'urql';
import { CreateRunDocument, type CreateFlowRunInput } from '@/generated/graphql';
import { useHere } from '@/lib/session/here';
import { paths } from '@/lib/paths';
import { sayError } from '@/lib/say-error';
import { whyNobodyTakes } from './deployment-status';

/**
 * Starts a run of a deployment and shows the way to it. Answers the run; `tell` says what went wrong, where there is
 * a better place for it than the corner of the screen.
 */
export function useStartRun() {
  const { workspaceId, place } = useHere();
  const [{ fetching }, create] = useMutation(CreateRunDocument);
  const start = async (input: CreateFlowRunInput, tell: (error: CombinedError) => void = inCorner) => {
    // A key of its own makes a repeated request the same request.
    const { data, error } = await create({ workspaceId, input: { ...input, idempotencyKey: newKey() } });
    const run = data?.createFlowRun;
    if (error) tell(error);
    const nobody = !input.scheduledTime && run?.deployment ? whyNobodyTakes(run.deployment) : null;
    if (run)
      toast[nobody ? 'warning' : 'success'](input.scheduledTime ? 'The run is scheduled.' : 'The run is created.', {
        description: (
          <>
            {nobody && <span className="mb-1 block">{nobody}</span>}
            <Link
              href={paths.run(place, run.id)}
              title={run.name}
              className="line-clamp-6 font-medium text-accent hover:underline"
            >
              Open {run.name}
            </Link>
          </>
        ),
        duration: nobody ? 12_000 : undefined,
      });
    return { run: run ?? null };
  };
  return { start, fetching };
}

const inCorner = (error: CombinedError) => void toast.error(sayError(error));

/** `crypto.randomUUID` is missing where the page is not served over HTTPS or from localhost. */
const newKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
