'use client';

import { useState } from 'react';
import { useMutation } from 'urql';
import {
  CreateScheduleDocument,
  UpdateScheduleDocument,
  type CatchUp,
  type ScheduleWholeFragment,
} from '@/generated/graphql';
import { useHere } from '@/lib/session/here';
import { unlessWrong, useSentForm } from '@/lib/use-sent-form';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Form, FormField, FormSegmented, FormSelect } from '@/ui/form';
import { FormActions } from '@/ui/form-actions';
import { Input } from '@/ui/input';
import { NextTimesNote } from './next-times-note';
import { inputOf, isOften, mistakesOf, valuesOf, type ScheduleValues } from './schedule-values';

type Props = { deploymentId: string; schedule: ScheduleWholeFragment | null; onClose: () => void };

/** Makes a schedule, or changes one. */
export const ScheduleDialog = ({ schedule, ...rest }: Props) => (
  <Dialog
    open
    onOpenChange={rest.onClose}
    title={schedule ? 'Edit schedule' : 'New schedule'}
    {...(schedule && { description: schedule.summary })}
  >
    <ScheduleForm schedule={schedule} {...rest} />
  </Dialog>
);

const kinds = [
  { value: 'cron', label: 'Cron' },
  { value: 'interval', label: 'Interval' },
  { value: 'rrule', label: 'Calendar rule' },
];

const policies: { value: CatchUp; label: string; hint: string }[] = [
  { value: 'ALL', label: 'Start all of them late', hint: 'Every missed run starts as soon as it can, in order.' },
  {
    value: 'LATEST',
    label: 'Start only the latest',
    hint: 'The latest missed run starts late. An older one is skipped when the next one is due, 60 seconds after its time at the earliest.',
  },
  {
    value: 'NONE',
    label: 'Skip all of them',
    hint: 'A run that has not started 60 seconds after its time is skipped.',
  },
  {
    value: 'WITHIN',
    label: 'Start those that are not too late',
    hint: 'A run that has not started so many seconds after its time is skipped.',
  },
];

const whatMissed =
  'Runs that did not start at their time: the server was away, no agent was there, the work pool was paused or full.';

function ScheduleForm({ deploymentId, schedule, onClose }: Props) {
  const sent = useScheduleForm(deploymentId, schedule, onClose);
  const values = sent.form.watch();
  return (
    <Form form={sent} className="space-y-5">
      <FormSegmented name="kind" label="Kind" options={kinds} />
      <WhenField kind={values.kind} />
      <NextTimesNote values={values} anchor={anchorOf(schedule)} />
      <p role="status" className="text-xs text-pause empty:hidden">
        {isOften(values) && 'This fires more often than once a minute, and each time makes a run.'}
      </p>
      <FormField name="timezone" label="Time zone" hint="A name such as Europe/Berlin. Empty: UTC.">
        <Input />
      </FormField>
      <FormSelect
        name="catchUp"
        label="Missed runs"
        hint={`${whatMissed} ${policies.find((each) => each.value === values.catchUp)?.hint}`}
        options={policies}
      />
      {values.catchUp === 'WITHIN' && (
        <FormField name="within" label="At most so many seconds late">
          <Input inputMode="numeric" />
        </FormField>
      )}
      <FormActions>
        <Button onClick={onClose}>Close</Button>
        <Button type="submit" variant="primary" loading={sent.busy}>
          {schedule ? 'Save schedule' : 'Add schedule'}
        </Button>
      </FormActions>
    </Form>
  );
}

/** Where an interval counts from, once that is known. */
const anchorOf = (schedule: ScheduleWholeFragment | null): string | null =>
  (schedule?.schedule as { anchor_date?: string } | undefined)?.anchor_date ?? null;

function WhenField({ kind }: Pick<ScheduleValues, 'kind'>) {
  if (kind === 'interval')
    return (
      <FormField name="interval" label="Every so many seconds">
        <Input inputMode="numeric" />
      </FormField>
    );
  if (kind === 'rrule')
    return (
      <FormField name="rrule" label="Rule" hint="As iCalendar has it: FREQ=WEEKLY;BYDAY=MO">
        <Input className="font-mono" />
      </FormField>
    );
  return (
    <FormField
      name="cron"
      label="Cron string"
      hint="Minute, hour, day, month, weekday: 0 8 * * 1-5. A sixth field, at the end, is the second. Where clocks are put back, the hour that comes twice counts once."
    >
      <Input className="font-mono" />
    </FormField>
  );
}

function useScheduleForm(deploymentId: string, schedule: ScheduleWholeFragment | null, onDone: () => void) {
  const { workspaceId } = useHere();
  const [, create] = useMutation(CreateScheduleDocument);
  const [, update] = useMutation(UpdateScheduleDocument);
  const [start] = useState(() => valuesOf(schedule));
  const before = schedule && start;
  return useSentForm({
    start,
    check: (values: ScheduleValues) => unlessWrong(mistakesOf(values, before), () => inputOf(values, before)),
    fieldOf: { intervalSeconds: 'interval', withinSeconds: 'within' },
    send: async (input) => {
      const where = { workspaceId, deploymentId, input };
      const { error } = await (schedule ? update({ ...where, scheduleId: schedule.id }) : create(where));
      if (!error) onDone();
      return { error };
    },
  });
}
