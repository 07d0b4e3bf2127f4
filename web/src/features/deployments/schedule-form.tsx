'use client';

import { useRef, useState, type FormEvent } from 'react';
import { useMutation } from 'urql';
import {
  CreateScheduleDocument,
  UpdateScheduleDocument,
  type CatchUp,
  type ScheduleInput,
  type ScheduleWholeFragment,
} from '@/generated/graphql';
import { useHere } from '@/features/shell/workspace-context';
import { fieldErrors, sayError } from '@/lib/say-error';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Segmented } from '@/ui/segmented';
import { Select } from '@/ui/select';
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
  const [before] = useState(() => valuesOf(schedule));
  const [values, setValues] = useState(before);
  const { save, fetching, errors, message } = useSave(deploymentId, schedule, onClose);
  const box = useRef<HTMLFormElement>(null);
  const set = (some: Partial<ScheduleValues>) => setValues((all) => ({ ...all, ...some }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const fine = await save(mistakesOf(values, schedule && before), inputOf(values, schedule && before));
    if (!fine) requestAnimationFrame(() => box.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  };
  return (
    <form ref={box} onSubmit={submit} className="space-y-5" noValidate>
      <Segmented
        label="Kind"
        value={values.kind}
        onChange={(kind) => set({ kind: kind as ScheduleValues['kind'] })}
        options={kinds}
      />
      <WhenFields values={values} set={set} errors={errors} />
      <p role="status" className="text-xs text-pause empty:hidden">
        {isOften(values) && 'This fires more often than once a minute, and each time makes a run.'}
      </p>
      <Field label="Time zone" error={errors['timezone']} hint="A name such as Europe/Berlin. Empty: UTC.">
        <Input value={values.timezone} onChange={(event) => set({ timezone: event.target.value })} />
      </Field>
      <Field label="Missed runs" hint={policies.find((each) => each.value === values.catchUp)?.hint}>
        <Select value={values.catchUp} onChange={(value) => set({ catchUp: value as CatchUp })} options={policies} />
      </Field>
      {values.catchUp === 'WITHIN' && (
        <Field label="Seconds" error={errors['within'] ?? errors['withinSeconds']}>
          <Input inputMode="numeric" value={values.within} onChange={(event) => set({ within: event.target.value })} />
        </Field>
      )}
      {message && (
        <p role="alert" className="text-sm text-bad">
          {message}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Close</Button>
        <Button type="submit" variant="primary" loading={fetching}>
          {schedule ? 'Save schedule' : 'Add schedule'}
        </Button>
      </div>
    </form>
  );
}

type WhenProps = {
  values: ScheduleValues;
  set: (some: Partial<ScheduleValues>) => void;
  errors: Record<string, string>;
};

function WhenFields({ values, set, errors }: WhenProps) {
  if (values.kind === 'interval')
    return (
      <Field label="Every so many seconds" error={errors['interval']}>
        <Input
          inputMode="numeric"
          value={values.interval}
          onChange={(event) => set({ interval: event.target.value })}
        />
      </Field>
    );
  if (values.kind === 'rrule')
    return (
      <Field label="Rule" error={errors['rrule']} hint="As iCalendar has it: FREQ=WEEKLY;BYDAY=MO">
        <Input value={values.rrule} onChange={(event) => set({ rrule: event.target.value })} className="font-mono" />
      </Field>
    );
  return (
    <Field
      label="Cron string"
      error={errors['cron']}
      hint="Minute, hour, day, month, weekday: 0 8 * * 1-5. Where clocks are put back, the hour that comes twice counts once."
    >
      <Input value={values.cron} onChange={(event) => set({ cron: event.target.value })} className="font-mono" />
    </Field>
  );
}

/** `save` answers whether there is nothing left to mend. */
function useSave(deploymentId: string, schedule: ScheduleWholeFragment | null, onDone: () => void) {
  const { workspaceId } = useHere();
  const [creation, create] = useMutation(CreateScheduleDocument);
  const [change, update] = useMutation(UpdateScheduleDocument);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [message, setMessage] = useState<string | null>(null);
  const save = async (mistakes: Record<string, string>, input: ScheduleInput): Promise<boolean> => {
    setErrors(mistakes);
    setMessage(null);
    if (Object.keys(mistakes).length > 0) return false;
    const where = { workspaceId, deploymentId };
    const { error } = schedule
      ? await update({ ...where, scheduleId: schedule.id, input })
      : await create({ ...where, input });
    if (!error) {
      onDone();
      return true;
    }
    const fields = fieldErrors(error);
    setErrors(fields);
    if (Object.keys(fields).length === 0) setMessage(sayError(error));
    return false;
  };
  return { save, fetching: creation.fetching || change.fetching, errors, message };
}
