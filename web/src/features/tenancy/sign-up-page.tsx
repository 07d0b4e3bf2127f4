'use client';

import { useState, type FormEvent } from 'react';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { useMutation } from 'urql';
import { SignUpDocument } from '@/generated/graphql';
import { usePageTitle } from '@/lib/page-title';
import { signsIn } from '@/lib/graphql-client';
import { paths, safeNext } from '@/lib/paths';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Skeleton } from '@/ui/skeleton';
import { EntryFrame, EntrySubmit } from './entry-frame';
import { FormError } from './form-error';
import { useEntry } from './use-entry';
import { useSignUpOpen } from './use-sign-up-open';

const empty = { name: '', email: '', password: '' };

export function SignUpPage() {
  usePageTitle('Create an account');
  const open = useSignUpOpen();
  const next = safeNext(useSearchParams().get('next'));
  const foot = (
    <>
      Already have an account?{' '}
      <Link href={paths.signIn(next === '/' ? undefined : next)} className="font-medium text-accent hover:underline">
        Sign in
      </Link>
    </>
  );
  if (open === false)
    return (
      <EntryFrame title="Sign-up is closed" foot={foot}>
        <p className="text-sm text-muted">
          Nobody can create an account here by themselves. Whoever runs this installation opens sign-up with the setting{' '}
          <code className="font-mono text-xs text-fg">HEADGATE_SIGN_UP</code>.
        </p>
      </EntryFrame>
    );
  return (
    <EntryFrame title="Create an account" lead="You get a workspace of your own at once." foot={foot}>
      {open ? <SignUpForm /> : <Waiting />}
    </EntryFrame>
  );
}

const Waiting = () => (
  <div role="status" aria-label="Loading">
    <Skeleton className="h-64" />
  </div>
);

function SignUpForm() {
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
  return (
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
  );
}
