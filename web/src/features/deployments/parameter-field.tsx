'use client';

import { Field } from '@/ui/field';
import { Input, Textarea } from '@/ui/input';
import { Select } from '@/ui/select';
import { Switch } from '@/ui/switch';
import type { FormField } from './schema-form';

type Props = { field: FormField; value: string; error?: string; onChange: (value: string) => void };

/** The control for one parameter. */
export function ParameterField({ field, value, error, onChange }: Props) {
  if (field.kind === 'boolean') return <Choice field={field} value={value} onChange={onChange} />;
  return (
    <Field label={field.title} optional={!field.required} error={error} hint={field.description ?? hints[field.kind]}>
      {control(field, value, onChange)}
    </Field>
  );
}

const hints: Partial<Record<FormField['kind'], string>> = { list: 'One value on each line.', json: 'As JSON.' };

function control(field: FormField, value: string, onChange: (value: string) => void) {
  const input = { value, onChange: (event: { target: { value: string } }) => onChange(event.target.value) };
  switch (field.kind) {
    case 'enum':
      return (
        <Select
          value={value}
          onChange={onChange}
          placeholder="Choose…"
          options={field.options.map(({ text }) => ({ value: text, label: text }))}
        />
      );
    case 'list':
    case 'json':
      return <Textarea {...input} spellCheck={false} className="font-mono text-xs" rows={4} />;
    case 'number':
    case 'integer':
      return <Input {...input} inputMode="decimal" />;
    case 'date-time':
      return <Input {...input} placeholder="2026-01-31T09:00:00Z" />;
    default:
      return <Input {...input} />;
  }
}

function Choice({ field, value, onChange }: Props) {
  return (
    <label className="flex items-center justify-between gap-4">
      <span>
        <span className="block text-sm font-medium">{field.title}</span>
        {field.description && <span className="block text-xs text-faint">{field.description}</span>}
      </span>
      <Switch checked={value === 'true'} onChange={(checked) => onChange(String(checked))} label={field.title} />
    </label>
  );
}
