'use client';

import { useState, type FormEvent } from 'react';
import Link from 'next/link';
import { useMutation } from 'urql';
import { SignUpDocument } from '@/generated/graphql';
import { usePageTitle } from '@/lib/page-title';
import { signsIn } from '@/lib/graphql-client';
import { paths } from '@/lib/paths';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { EntryFrame, EntrySubmit } from './entry-frame';
import { FormError } from './form-error';
import { useEntry } from './use-entry';

const empty = { name: '', email: '', password: '' };

export function SignUpPage() {
  usePageTitle('Create an account');
  const [draft, setDraft] = useState(empty);
  const [, signUp] = useMutation(SignUpDocument);
  const entry = useEntry(() =>
    signUp({ input: { ...draft, email: draft.email.trim(), name: draft.name.trim() } }, signsIn),
  );
  const control = (name: keyof typeof empty) => ({
    name,
    value: draft[name],
    onChange: (event: { target: { value: string } }) => setDraft({ ...draft, [name]: event.target.value }),
    required: true,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void entry.submit();
  };
  const foot = (
    <>
      Already have an account?{' '}
      <Link
        href={paths.signIn(entry.next === '/' ? undefined : entry.next)}
        className="font-medium text-accent hover:underline"
      >
        Sign in
      </Link>
    </>
  );
  return (
    <EntryFrame title="Create an account" lead="You get a workspace of your own at once." foot={foot}>
      <form onSubmit={submit} className="space-y-4" noValidate>
        <FormError message={entry.general} />
        <Field label="Name" error={entry.fields['name']}>
          <Input {...control('name')} autoComplete="name" autoFocus />
        </Field>
        <Field label="E-mail" error={entry.fields['email']}>
          <Input {...control('email')} type="email" autoComplete="username" />
        </Field>
        <Field label="Password" error={entry.fields['password']} hint="At least 10 characters.">
          <Input {...control('password')} type="password" autoComplete="new-password" />
        </Field>
        <EntrySubmit entry={entry}>Create account</EntrySubmit>
      </form>
    </EntryFrame>
  );
}
