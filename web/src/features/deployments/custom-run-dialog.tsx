'use client';

import { useState } from 'react';
import { FormProvider } from 'react-hook-form';
import type { DeploymentWholeFragment } from '@/generated/graphql';
import { fieldsOf } from '@/features/schema-form/read-schema';
import { FormError } from '@/ui/form-error';
import { SchemaFields } from '@/features/schema-form/schema-fields';
import { useSchemaForm } from '@/features/schema-form/use-schema-form';
import { fieldErrors, sayError } from '@/lib/say-error';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { FormActions } from '@/ui/form-actions';
import { Input } from '@/ui/input';
import { Segmented } from '@/ui/segmented';
import { useStartRun } from './use-start-run';

/** What has to be known of a deployment before somebody runs it. */
export type RunnableDeployment = Pick<
  DeploymentWholeFragment,
  'id' | 'name' | 'fullName' | 'parameters' | 'parameterOpenapiSchema'
>;

/** Whether a run needs values that the deployment does not bring: then they are asked for. */
export function missesParameters({ parameterOpenapiSchema, parameters }: RunnableDeployment): boolean {
  const given = asObject(parameters);
  return fieldsOf(parameterOpenapiSchema).some((field) => field.required && given[field.name] === undefined);
}

type Props = { deployment: RunnableDeployment; open: boolean; onOpenChange: (open: boolean) => void };

export const CustomRunDialog = ({ deployment, open, onOpenChange }: Props) => (
  <Dialog
    wide
    open={open}
    onOpenChange={onOpenChange}
    title={`Run ${deployment.name}`}
    description={deployment.fullName}
  >
    <RunForm deployment={deployment} onDone={() => onOpenChange(false)} />
  </Dialog>
);

const asObject = (value: unknown) =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
/** Years of more than four digits can be typed there, and are none that the server reads. */
const isTime = (text: string) => /^\d{4}-/.test(text) && !Number.isNaN(Date.parse(text));
const words = (text: string) =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);

function RunForm({ deployment, onDone }: { deployment: RunnableDeployment; onDone: () => void }) {
  const [own] = useState(() => asObject(deployment.parameters));
  const { root, form, box, refuse, submit, focusMistake } = useSchemaForm(deployment.parameterOpenapiSchema, own);
  const [name, setName] = useState('');
  const [tags, setTags] = useState('');
  const [when, setWhen] = useState('now');
  const [time, setTime] = useState('');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [message, setMessage] = useState<string | null>(null);
  const { start, fetching } = useStartRun();

  const later = when === 'later';
  const timed = () => {
    const fine = !later || isTime(time);
    setErrors(fine ? {} : { time: 'Choose a date and a time.' });
    return fine;
  };
  const send = submit(async (parameters) => {
    setMessage(null);
    if (!timed()) return focusMistake();
    const answer = await start(
      {
        deploymentId: deployment.id,
        name: name.trim() || null,
        tags: tags ? words(tags) : null,
        parameters,
        scheduledTime: later ? new Date(time).toISOString() : null,
      },
      (error) => {
        const wrong = fieldErrors(error);
        setErrors(wrong);
        if (Object.keys(wrong).length > 0) focusMistake();
        else if (!refuse(sayError(error))) setMessage(sayError(error));
      },
    );
    if (answer.run) onDone();
  }, timed);

  return (
    <FormProvider {...form}>
      <form ref={box} onSubmit={send} className="space-y-6" noValidate>
        <fieldset className="space-y-4">
          <legend className="mb-3 text-xs font-semibold tracking-wide text-faint uppercase">Parameters</legend>
          {root.children.length === 0 && <p className="text-sm text-muted">This flow takes no parameters.</p>}
          <SchemaFields node={root} />
        </fieldset>
        <fieldset className="space-y-4 border-t border-line pt-5">
          <legend className="sr-only">Run</legend>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Name" optional hint="A name is made up when you give none." error={errors['name']}>
              <Input value={name} onChange={(event) => setName(event.target.value)} />
            </Field>
            <Field label="Tags" optional hint="Separated by commas." error={errors['tags']}>
              <Input value={tags} onChange={(event) => setTags(event.target.value)} />
            </Field>
          </div>
          <div className="flex flex-wrap items-start gap-4">
            <Segmented
              label="When"
              value={when}
              onChange={setWhen}
              options={[
                { value: 'now', label: 'Now' },
                { value: 'later', label: 'Later' },
              ]}
            />
            {later && (
              <Field label="Start at" error={errors['time'] ?? errors['scheduledTime']}>
                <Input type="datetime-local" value={time} onChange={(event) => setTime(event.target.value)} />
              </Field>
            )}
          </div>
        </fieldset>
        <FormError message={message} />
        <FormActions>
          <Button onClick={onDone}>Close</Button>
          <Button type="submit" variant="primary" loading={fetching}>
            {later ? 'Schedule run' : 'Start run'}
          </Button>
        </FormActions>
      </form>
    </FormProvider>
  );
}
