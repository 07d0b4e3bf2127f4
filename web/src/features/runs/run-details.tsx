import type { RunWholeFragment } from '@/generated/graphql';
import { CopyButton } from '@/ui/copy-button';
import { Detail, Details } from '@/ui/details';
import { Time } from '@/ui/time';
import { ranSince } from './run-time';

export const RunDetails = ({ run }: { run: RunWholeFragment }) => (
  <Details>
    <Detail name="Id">
      <span className="flex items-center gap-1">
        <span className="truncate font-mono text-xs" title={run.id}>
          {run.id}
        </span>
        <CopyButton text={run.id} label="Copy the id" className="-my-1 size-6" />
      </span>
    </Detail>
    <Detail name="Attempt">{run.runCount || null}</Detail>
    <Detail name="Created">
      <Time iso={run.created} />
    </Detail>
    <Detail name="Created by">{run.createdBy ?? (run.autoScheduled ? 'a schedule' : null)}</Detail>
    <Detail name="Updated">
      <Time iso={run.updated} />
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
    <Detail name="Work queue">{run.workQueueName}</Detail>
    {run.flowVersion && <Detail name="Flow version">{run.flowVersion}</Detail>}
    {run.idempotencyKey && <Detail name="Idempotency key">{run.idempotencyKey}</Detail>}
    {run.infrastructurePid && <Detail name="Process">{run.infrastructurePid}</Detail>}
  </Details>
);
