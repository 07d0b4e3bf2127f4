'use client';

import { useState, type FormEvent } from 'react';
import type { DeploymentWholeFragment } from '@/generated/graphql';
import { fieldErrors } from '@/lib/say-error';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Segmented } from '@/ui/segmented';
import { ParameterField } from './parameter-field';
import { draftsOf, fieldsOf, valuesOf } from './schema-form';
import { useStartRun } from './use-start-run';

type Props = { deployment: DeploymentWholeFragment; open: boolean; onOpenChange: (open: boolean) => void };

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
const words = (text: string) =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);

function RunForm({ deployment, onDone }: { deployment: DeploymentWholeFragment; onDone: () => void }) {
  const own = asObject(deployment.parameters);
  const [fields] = useState(() => fieldsOf(deployment.parameterOpenapiSchema));
  const [drafts, setDrafts] = useState(() => draftsOf(fields, own));
  const [name, setName] = useState('');
  const [tags, setTags] = useState('');
  const [when, setWhen] = useState('now');
  const [time, setTime] = useState('');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const { start, fetching } = useStartRun();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { values, errors } = valuesOf(fields, drafts);
    const later = when === 'later';
    if (later && !time) errors['time'] = 'Choose a date and a time.';
    setErrors(errors);
    if (Object.keys(errors).length > 0) return;
    const answer = await start({
      deploymentId: deployment.id,
      name: name.trim() || null,
      tags: tags ? words(tags) : null,
      parameters: { ...own, ...values },
      scheduledTime: later ? new Date(time).toISOString() : null,
    });
    setErrors(fieldErrors(answer.error));
    if (answer.run) onDone();
  };

  return (
    <form onSubmit={submit} className="space-y-6" noValidate>
      <fieldset className="space-y-4">
        <legend className="mb-3 text-xs font-semibold tracking-wide text-faint uppercase">Parameters</legend>
        {fields.length === 0 && <p className="text-sm text-muted">This flow takes no parameters.</p>}
        {fields.map((field) => (
          <ParameterField
            key={field.name}
            field={field}
            value={drafts[field.name] ?? ''}
            error={errors[field.name]}
            onChange={(value) => setDrafts({ ...drafts, [field.name]: value })}
          />
        ))}
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
          {when === 'later' && (
            <Field label="Start at" error={errors['time'] ?? errors['scheduledTime']}>
              <Input type="datetime-local" value={time} onChange={(event) => setTime(event.target.value)} />
            </Field>
          )}
        </div>
      </fieldset>
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Close</Button>
        <Button type="submit" variant="primary" loading={fetching}>
          {when === 'later' ? 'Schedule run' : 'Start run'}
        </Button>
      </div>
    </form>
  );
}
