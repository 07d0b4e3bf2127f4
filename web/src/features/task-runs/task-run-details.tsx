import type { TaskRunWholeFragment } from '@/generated/graphql';
import { ranSince } from '@/features/runs/run-time';
import { CopyButton } from '@/ui/copy-button';
import { Detail, Details } from '@/ui/details';
import { Time } from '@/ui/time';

export const TaskRunDetails = ({ run }: { run: TaskRunWholeFragment }) => (
  <Details>
    <Detail name="Id">
      <span className="flex items-center gap-1">
        <span className="truncate font-mono text-xs" title={run.id}>
          {run.id}
        </span>
        <CopyButton text={run.id} label="Copy the id" className="-my-1 size-6" />
      </span>
    </Detail>
    <Detail name="Task">
      <span className="font-mono text-xs break-all">{run.taskKey}</span>
    </Detail>
    <Detail name="Call">
      <span className="font-mono text-xs break-all">{run.dynamicKey}</span>
    </Detail>
    <Detail name="Attempt">{run.runCount || null}</Detail>
    <Detail name="Retries">{run.retries}</Detail>
    <Detail name="Created">
      <Time iso={run.created} />
    </Detail>
    {ranSince(run) && (
      <Detail name="Started">
        <Time iso={ranSince(run)!} />
      </Detail>
    )}
    {run.endTime && (
      <Detail name="Ended">
        <Time iso={run.endTime} />
      </Detail>
    )}
    {run.cacheKey && (
      <Detail name="Cache key">
        <span className="font-mono text-xs break-all">{run.cacheKey}</span>
      </Detail>
    )}
    {run.cacheExpiration && (
      <Detail name="Cached until">
        <Time iso={run.cacheExpiration} />
      </Detail>
    )}
  </Details>
);
