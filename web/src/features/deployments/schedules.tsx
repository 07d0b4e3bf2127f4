'use client';

import { useState } from 'react';
import { CalendarClock, Pencil, Plus, Trash2, TriangleAlert } from 'lucide-react';
import { toast } from 'sonner';
import { useMutation } from 'urql';
import { missingParameters, missingWords } from '@headgate/contracts/parameter-names';
import {
  DeleteScheduleDocument,
  SetScheduleActiveDocument,
  type DeploymentWholeFragment,
  type ScheduleWholeFragment,
} from '@/generated/graphql';
import { useHere } from '@/lib/session/here';
import { absoluteTime } from '@/lib/format';
import { sayError } from '@/lib/say-error';
import { Button } from '@/ui/button';
import { Card, CardHeader } from '@/ui/card';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { Switch } from '@/ui/switch';
import { Time } from '@/ui/time';
import { ScheduleDialog } from './schedule-form';
import { catchUpWords, skippedWords } from './schedule-values';

export function Schedules({ deployment }: { deployment: DeploymentWholeFragment }) {
  const { schedules } = deployment;
  const [adding, setAdding] = useState(false);
  return (
    <Card>
      <CardHeader
        title="Schedules"
        hint={deployment.paused && schedules.length > 0 ? 'held while paused' : null}
        actions={
          <Button size="sm" variant="ghost" icon={<Plus />} onClick={() => setAdding(true)}>
            Add
          </Button>
        }
      />
      <LacksParameters deployment={deployment} />
      {schedules.length === 0 ? (
        <p className="p-4 text-sm text-muted">It runs only when somebody or something starts it.</p>
      ) : (
        <ul aria-label="Schedules">
          {schedules.map((schedule) => (
            <OneSchedule key={schedule.id} schedule={schedule} deploymentId={deployment.id} />
          ))}
        </ul>
      )}
      {adding && <ScheduleDialog deploymentId={deployment.id} schedule={null} onClose={() => setAdding(false)} />}
    </Card>
  );
}

/** What the runs of its schedules would fail by. */
function LacksParameters({ deployment }: { deployment: DeploymentWholeFragment }) {
  const missing = missingParameters(deployment.parameters, deployment.parameterOpenapiSchema);
  if (deployment.schedules.length === 0 || missing.length === 0) return null;
  return (
    <p className="flex gap-2 border-b border-line p-4 text-xs text-pause">
      <TriangleAlert className="mt-0.5 size-3.5 shrink-0" aria-hidden />
      <span className="min-w-0 break-words">{missingWords(missing)}</span>
    </p>
  );
}

type OneProps = { schedule: ScheduleWholeFragment; deploymentId: string };

function OneSchedule({ schedule, deploymentId }: OneProps) {
  const { workspaceId } = useHere();
  const [{ fetching }, setActive] = useMutation(SetScheduleActiveDocument);
  const change = async (active: boolean) => {
    const { error } = await setActive({ workspaceId, deploymentId, scheduleId: schedule.id, active });
    if (error) toast.error(sayError(error));
  };
  return (
    <li className="border-b border-line p-4 last:border-0">
      <div className="flex items-start gap-3">
        <CalendarClock className="mt-0.5 size-4 shrink-0 text-faint" aria-hidden />
        <div className="min-w-0 flex-1 text-sm">
          <div className={schedule.active ? 'break-words' : 'break-words text-faint line-through'}>
            {schedule.summary}
          </div>
          <div className="text-xs text-faint">
            {schedule.timezone && !schedule.summary.includes(schedule.timezone) && <div>{schedule.timezone}</div>}
            <div>{catchUpWords(schedule)}.</div>
          </div>
        </div>
        <Switch
          checked={schedule.active}
          onChange={change}
          disabled={fetching}
          label={`Schedule: ${schedule.summary}`}
        />
      </div>
      <LastSkipped schedule={schedule} />
      {schedule.note && (
        // It may be about a day that is months ahead.
        <details className="mt-2 pl-7 text-xs text-muted">
          <summary className="cursor-pointer">When clocks are put back</summary>
          <p className="mt-1">{schedule.note}</p>
        </details>
      )}
      <ScheduleActions schedule={schedule} deploymentId={deploymentId} />
    </li>
  );
}

function LastSkipped({ schedule: { lastSkipped } }: { schedule: ScheduleWholeFragment }) {
  if (!lastSkipped) return null;
  const { first, last, at, why } = lastSkipped;
  return (
    <p className="mt-2 pl-7 text-xs text-muted">
      <strong className="font-medium text-fg">{skippedWords(lastSkipped)}</strong> <Time iso={at} />, due{' '}
      {first === last ? absoluteTime(first) : `from ${absoluteTime(first)} to ${absoluteTime(last)}`}.{' '}
      {why.replace(/^Skipped: /, '').replace(/^./, (letter) => letter.toUpperCase())}
    </p>
  );
}

function ScheduleActions({ schedule, deploymentId }: OneProps) {
  const { workspaceId } = useHere();
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const [, remove] = useMutation(DeleteScheduleDocument);
  const confirm = async () => {
    const { error } = await remove({ workspaceId, deploymentId, scheduleId: schedule.id });
    if (error) toast.error(sayError(error));
    return !error;
  };
  return (
    <div className="mt-2 flex gap-1 pl-5">
      <Button
        size="sm"
        variant="ghost"
        icon={<Pencil />}
        aria-label={`Edit ${schedule.summary}`}
        onClick={() => setEditing(true)}
      >
        Edit
      </Button>
      <Button
        size="sm"
        variant="ghost"
        icon={<Trash2 />}
        aria-label={`Delete ${schedule.summary}`}
        onClick={() => setDeleting(true)}
      >
        Delete
      </Button>
      {editing && <ScheduleDialog deploymentId={deploymentId} schedule={schedule} onClose={() => setEditing(false)} />}
      <ConfirmDialog
        open={deleting}
        onOpenChange={setDeleting}
        title="Delete this schedule?"
        action="Delete schedule"
        onConfirm={confirm}
      >
        {schedule.summary}. Its waiting runs are dropped; runs that have been stay. Code that names it makes it again.
      </ConfirmDialog>
    </div>
  );
}
