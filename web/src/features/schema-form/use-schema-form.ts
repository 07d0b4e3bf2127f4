'use client';

import { useEffect, useMemo, useRef, useState } from 'react';
import { get, set, useForm, type FieldErrors } from 'react-hook-form';
import { checkBesides, placeRefusal } from './check-values';
import { draftOf, editedValues, type Draft, type Mistake } from './drafts';
import { rootOf } from './read-schema';

type Drafts = Record<string, Draft>;

/**
 * A form made from a JSON schema. `own` are the values that hold where nothing is entered; when there are none, all that the
 * form shows is sent, and not only what was edited.
 */
export function useSchemaForm(schema: unknown, own: Record<string, unknown> | null) {
  const root = useMemo(() => rootOf(schema), [schema]);
  const [first] = useState(() => draftOf(root, own ?? {}) as Drafts);
  const box = useRef<HTMLFormElement>(null);
  const form = useForm<Drafts>({
    defaultValues: first as never,
    shouldFocusError: false,
    resolver: (drafts) => {
      const { values, mistakes } = editedValues({
        root,
        drafts: drafts as Drafts,
        first: own ? first : {},
        own: own ?? {},
      });
      const all = [...mistakes, ...checkBesides(mistakes, root, values, drafts)];
      return all.length > 0 ? { values: {}, errors: asErrors(all) } : { values: values as Drafts, errors: {} };
    },
  });
  const [told, tell] = useState(0);
  const { submitCount } = form.formState;
  useEffect(() => {
    // The form says what is wrong in the same breath in which it counts that it was sent.
    if (told + submitCount > 0) focusFirstMistake(box.current);
  }, [told, submitCount]);
  /** Says at its field what the server said of a value; false when it is about none. */
  const refuse = (message: string): boolean => {
    const mistake = placeRefusal(root, form.getValues(), message);
    if (mistake) form.setError(mistake.path as never, { type: 'server', message: mistake.message });
    if (mistake) tell((times) => times + 1);
    return mistake !== null;
  };
  /** `otherwise` when values are wrong: what else is wrong is said in the same breath. */
  const submit = (send: (values: Record<string, unknown>) => Promise<void>, otherwise?: () => unknown) =>
    form.handleSubmit(
      (values) => send(values),
      () => void otherwise?.(),
    );
  return { root, form, box, refuse, submit, focusMistake: () => tell((times) => times + 1) };
}

function asErrors(mistakes: Mistake[]): FieldErrors<Drafts> {
  const errors = {};
  for (const { path, message } of mistakes)
    if (!get(errors, path)) set(errors, path as never, { type: 'schema', message });
  return errors;
}

function focusFirstMistake(form: HTMLFormElement | null): void {
  const control = form?.querySelector<HTMLElement>(
    '[aria-invalid="true"], [data-mistake] :is(input, textarea, button)',
  );
  control?.focus({ preventScroll: true });
  control?.scrollIntoView({ block: 'center' });
}
