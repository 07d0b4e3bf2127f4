import type { RunWholeFragment } from '@/generated/graphql';
import { Detail, Details, IdDetail } from '@/ui/details';
import { Time } from '@/ui/time';
import { attemptsOf } from '@/features/runs/attempts';
import { RanDetails } from '@/features/runs/ran-details';

export const RunDetails = ({ run }: { run: RunWholeFragment }) => (
  <Details>
    <IdDetail id={run.id} />
    {run.runCount > 0 && <Detail name="Attempt">{attemptsOf(run)}</Detail>}
    <Detail name="Created">
      <Time iso={run.created} />
    </Detail>
    {(run.createdBy || run.autoScheduled) && <Detail name="Created by">{run.createdBy ?? 'a schedule'}</Detail>}
    <Detail name="Updated">
      <Time iso={run.updated} />
    </Detail>
    <RanDetails run={run} />
    {run.workQueueName && <Detail name="Work queue">{run.workQueueName}</Detail>}
    {run.flowVersion && <Detail name="Flow version">{run.flowVersion}</Detail>}
    {run.idempotencyKey && <Detail name="Idempotency key">{run.idempotencyKey}</Detail>}
    {run.infrastructurePid && <Detail name="Process">{run.infrastructurePid}</Detail>}
  </Details>
);
