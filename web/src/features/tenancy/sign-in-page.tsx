'use client';

import { useState, type FormEvent } from 'react';
import Link from 'next/link';
import { useMutation } from 'urql';
import { SignInDocument } from '@/generated/graphql';
import { usePageTitle } from '@/lib/page-title';
import { signsIn } from '@/lib/graphql-client';
import { paths } from '@/lib/paths';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { EntryFrame, EntrySubmit } from './entry-frame';
import { FormError } from './form-error';
import { useEntry } from './use-entry';
import { useSignUpOpen } from './use-sign-up-open';

export function SignInPage() {
  usePageTitle('Sign in');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [, signIn] = useMutation(SignInDocument);
  const entry = useEntry(() => signIn({ input: { email: email.trim(), password } }, signsIn));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void entry.submit();
  };
  const foot = useSignUpOpen() && (
    <>
      New here?{' '}
      <Link
        href={paths.signUp(entry.next === '/' ? undefined : entry.next)}
        className="font-medium text-accent hover:underline"
      >
        Create an account
      </Link>
    </>
  );
  return (
    <EntryFrame title="Sign in" lead="Welcome back." foot={foot}>
      <form onSubmit={submit} className="space-y-4" noValidate>
        <FormError message={entry.general} />
        <Field label="E-mail" error={entry.fields['email']}>
          <Input
            type="email"
            name="email"
            autoComplete="username"
            autoFocus
            required
            value={email}
            onChange={(event) => {
              setEmail(event.target.value);
              // What was wrong, and how long to wait, is about another person.
              entry.forget();
            }}
          />
        </Field>
        <Field label="Password" error={entry.fields['password']}>
          <Input
            type="password"
            name="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        <EntrySubmit entry={entry}>Sign in</EntrySubmit>
      </form>
    </EntryFrame>
  );
}
