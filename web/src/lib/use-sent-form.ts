'use client';

import { useState } from 'react';
import {
  useForm,
  type DefaultValues,
  type FieldErrors,
  type FieldValues,
  type Path,
  type Resolver,
  type UseFormReturn,
} from 'react-hook-form';
import type { CombinedError } from 'urql';
import type { z } from 'zod';
import { asSentence, fieldErrors, sayError } from './say-error';

type Mistakes = Partial<Record<string, string>>;
/** What is to be sent, or else what is wrong with the values, by the names of their fields. */
export type Checked<Sent> = { sent: Sent } | { mistakes: Mistakes };
export type Check<Values, Sent> = (values: Values) => Checked<Sent>;

/** The one where there is something, the other where there is nothing. */
export const unlessWrong = <Sent>(mistakes: Mistakes, sent: () => Sent): Checked<Sent> =>
  Object.keys(mistakes).length > 0 ? { mistakes } : { sent: sent() };

type Options<Values extends FieldValues, Sent> = {
  /** What stands in the fields at first. */
  start: DefaultValues<Values>;
  check: Check<Values, Sent>;
  send: (sent: Sent) => Promise<{ error?: CombinedError | undefined }>;
  /** The field that what the server calls so stands in, where its name is another. */
  fieldOf?: Record<string, Path<Values>>;
};

export type SentForm<Values extends FieldValues> = {
  form: UseFormReturn<Values>;
  submit: (event?: React.BaseSyntheticEvent) => void;
  busy: boolean;
  /** What is wrong with the form as a whole. */
  general: string | null;
  /** What was wrong is about something else now. */
  forget: () => void;
};

/**
 * A form whose values are checked here as far as that can be seen, and sent. What is wrong with a field stands at the field,
 * whoever finds it, and the first of them is focused.
 */
export function useSentForm<Values extends FieldValues, Sent>(options: Options<Values, Sent>): SentForm<Values> {
  const { start, check, send, fieldOf = {} } = options;
  const [general, setGeneral] = useState<string | null>(null);
  const resolver: Resolver<Values> = (values) => {
    const checked = check(values);
    return 'sent' in checked ? { values, errors: {} } : { values: {}, errors: asErrors<Values>(checked.mistakes) };
  };
  const form = useForm<Values>({ defaultValues: start, resolver });
  /** The first that has a field is focused; of others the form speaks as a whole. */
  const tell = (error: CombinedError) => {
    const known = Object.entries(fieldErrors(error))
      .map(([name, message]) => [fieldOf[name] ?? name, message] as const)
      .filter(([name]) => name in form.getValues());
    if (known.length === 0) setGeneral(sayError(error));
    known.forEach(([name, message], at) =>
      form.setError(name as Path<Values>, { type: 'server', message }, { shouldFocus: at === 0 }),
    );
  };
  const trySend = async (values: Values) => {
    setGeneral(null);
    const checked = check(values);
    if (!('sent' in checked)) return;
    const { error } = await send(checked.sent);
    if (error) tell(error);
  };
  const submit = (event?: React.BaseSyntheticEvent) =>
    void form
      .handleSubmit(trySend)(event)
      .catch(() => setGeneral('Something went wrong in this page. Reload it and try again.'));
  const forget = () => {
    setGeneral(null);
    form.clearErrors();
  };
  return { form, submit, busy: form.formState.isSubmitting, general, forget };
}

const asErrors = <Values extends FieldValues>(mistakes: Mistakes): FieldErrors<Values> =>
  Object.fromEntries(
    Object.entries(mistakes).map(([name, message]) => [name, { type: 'check', message }]),
  ) as FieldErrors<Values>;

/** The check that a schema makes, as the server makes it too. */
export const bySchema =
  <Schema extends z.ZodType>(schema: Schema): Check<z.input<Schema>, z.output<Schema>> =>
  (values) => {
    const { success, data, error } = schema.safeParse(values);
    if (success) return { sent: data };
    const mistakes: Record<string, string> = {};
    for (const { path, message } of error.issues) mistakes[String(path[0])] ??= asSentence(message);
    return { mistakes };
  };
