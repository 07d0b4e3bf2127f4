import { Detail } from '@/ui/details';
import { Time } from '@/ui/time';
import { ranSince } from './run-time';

type Run = { startTime: string | null; endTime: string | null; runCount: number };

/** When a run or a task run began and ended, as far as it has. */
export function RanDetails({ run }: { run: Run }) {
  const started = ranSince(run);
  return (
    <>
      {started && (
        <Detail name="Started">
          <Time iso={started} />
        </Detail>
      )}
      {run.endTime && (
        <Detail name="Ended">
          <Time iso={run.endTime} />
        </Detail>
      )}
    </>
  );
}
