'use client';

import { CalendarClock } from 'lucide-react';
import { toast } from 'sonner';
import { useMutation } from 'urql';
import {
  SetScheduleActiveDocument,
  type DeploymentWholeFragment,
  type SchedulePartsFragment,
} from '@/generated/graphql';
import { useHere } from '@/features/shell/workspace-context';
import { sayError } from '@/lib/say-error';
import { Card, CardHeader } from '@/ui/card';
import { Switch } from '@/ui/switch';

export function Schedules({ deployment }: { deployment: DeploymentWholeFragment }) {
  const { schedules } = deployment;
  return (
    <Card>
      <CardHeader title="Schedules" hint={deployment.paused && schedules.length > 0 ? 'held while paused' : null} />
      {schedules.length === 0 ? (
        <p className="p-4 text-sm text-muted">It runs only when somebody or something starts it.</p>
      ) : (
        <ul>
          {schedules.map((schedule) => (
            <OneSchedule key={schedule.id} schedule={schedule} deploymentId={deployment.id} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function OneSchedule({ schedule, deploymentId }: { schedule: SchedulePartsFragment; deploymentId: string }) {
  const { workspaceId } = useHere();
  const [{ fetching }, setActive] = useMutation(SetScheduleActiveDocument);
  const change = async (active: boolean) => {
    const { error } = await setActive({ workspaceId, deploymentId, scheduleId: schedule.id, active });
    if (error) toast.error(sayError(error));
  };
  return (
    <li className="flex items-start gap-3 border-b border-line p-4 last:border-0">
      <CalendarClock className="mt-0.5 size-4 shrink-0 text-faint" aria-hidden />
      <div className="min-w-0 flex-1 text-sm">
        <div className={schedule.active ? '' : 'text-faint line-through'}>{schedule.summary}</div>
        {schedule.timezone && !schedule.summary.includes(schedule.timezone) && (
          <div className="text-xs text-faint">{schedule.timezone}</div>
        )}
      </div>
      <Switch checked={schedule.active} onChange={change} disabled={fetching} label={`Schedule: ${schedule.summary}`} />
    </li>
  );
}
