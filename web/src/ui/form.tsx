'use client';

import { cloneElement, type ReactElement, type ReactNode } from 'react';
import { Controller, FormProvider, get, useFormContext, useFormState, type FieldValues } from 'react-hook-form';
import type { SentForm } from '@/lib/use-sent-form';
import { cn } from './cn';
import { Field, type Control } from './field';
import { FormError } from './form-error';
import { Segmented } from './segmented';
import { Select, type Option } from './select';

type FormProps<Values extends FieldValues> = { form: SentForm<Values>; children: ReactNode; className?: string };

/** A form with what is wrong with it as a whole; the fields in it know theirs. */
export const Form = <Values extends FieldValues>({ form, children, className }: FormProps<Values>) => (
  <FormProvider {...form.form}>
    <form onSubmit={form.submit} className={cn('space-y-4', className)} noValidate>
      <FormError message={form.general} />
      {children}
    </form>
  </FormProvider>
);

type FieldProps = { name: string; label: string; hint?: ReactNode; optional?: boolean };

/** What is wrong with the value of a field. */
export function useMistake(name: string): string | undefined {
  const { errors } = useFormState();
  const message: unknown = (get(errors, name) as { message?: unknown } | undefined)?.message;
  return typeof message === 'string' ? message : undefined;
}

/** A field of the form around it that is typed into. */
export function FormField({
  name,
  children,
  onEdit,
  ...about
}: FieldProps & { children: ReactElement<Control>; onEdit?: () => void }) {
  const { register } = useFormContext();
  return (
    <Field {...about} error={useMistake(name)}>
      {cloneElement<object>(children, register(name, onEdit && { onChange: onEdit }))}
    </Field>
  );
}

/** One of a few values, chosen from a list. */
export function FormSelect({ name, options, ...about }: FieldProps & { options: Option[] }) {
  const { control } = useFormContext();
  const mistake = useMistake(name);
  return (
    <Controller
      control={control}
      name={name}
      render={({ field: { value, onChange } }) => (
        <Field {...about} error={mistake}>
          <Select value={value as string} onChange={onChange} options={options} />
        </Field>
      )}
    />
  );
}

/** One of a few values, all of them in sight. */
export function FormSegmented({ name, label, options }: { name: string; label: string; options: Option[] }) {
  const { control } = useFormContext();
  return (
    <Controller
      control={control}
      name={name}
      render={({ field: { value, onChange } }) => (
        <Segmented label={label} value={value as string} onChange={onChange} options={options} />
      )}
    />
  );
}
