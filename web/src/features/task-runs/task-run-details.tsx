import type { TaskRunWholeFragment } from '@/generated/graphql';
import { attemptsOf } from '@/features/runs/attempts';
import { RanDetails } from '@/features/runs/ran-details';
import { Detail, Details, IdDetail } from '@/ui/details';
import { Time } from '@/ui/time';

export const TaskRunDetails = ({ run }: { run: TaskRunWholeFragment }) => (
  <Details>
    <IdDetail id={run.id} />
    <Detail name="Task">
      <span className="font-mono text-xs break-all">{run.taskKey}</span>
    </Detail>
    <Detail name="Call">
      <span className="font-mono text-xs break-all">{run.dynamicKey}</span>
    </Detail>
    {run.runCount > 0 && <Detail name="Attempt">{attemptsOf(run)}</Detail>}
    {run.retries !== null && <Detail name="Retries">{run.retries}</Detail>}
    <Detail name="Created">
      <Time iso={run.created} />
    </Detail>
    <RanDetails run={run} />
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
