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
  { value: 'ALL', label: 'Begin all of them late', hint: 'After an absence every run begins, in order.' },
  {
    value: 'LATEST',
    label: 'Begin the latest only',
    hint: 'An older run is skipped when the next one is due and it has waited for 60 seconds.',
  },
  { value: 'NONE', label: 'Skip them', hint: 'What nobody has begun 60 seconds after its time is skipped.' },
  { value: 'WITHIN', label: 'Begin those within a time', hint: 'What nobody has begun in so many seconds is skipped.' },
];

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
        hint={policies.find((each) => each.value === values.catchUp)?.hint}
        options={policies}
      />
      {values.catchUp === 'WITHIN' && (
        <FormField name="within" label="Seconds">
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
