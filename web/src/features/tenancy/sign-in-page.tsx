'use client';

import Link from 'next/link';
import { useMutation } from 'urql';
import { signInBody } from '@headgate/contracts/rest/tenancy';
import { SignInDocument } from '@/generated/graphql';
import { usePageTitle } from '@/lib/page-title';
import { signsIn } from '@/lib/graphql-client';
import { paths } from '@/lib/paths';
import { bySchema } from '@/lib/use-sent-form';
import { Form, FormField } from '@/ui/form';
import { Input } from '@/ui/input';
import { EntryFrame, EntrySubmit } from './entry-frame';
import { useEntry } from './use-entry';
import { useSignUpOpen } from './use-sign-up-open';

const check = bySchema(signInBody);

export function SignInPage() {
  usePageTitle('Sign in');
  const [, signIn] = useMutation(SignInDocument);
  const entry = useEntry({
    start: { email: '', password: '' },
    check,
    send: (input) => signIn({ input }, signsIn),
  });
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
    <EntryFrame title="Sign in" foot={foot}>
      <Form form={entry.sent}>
        {/* What was wrong, and how long to wait, is about another person. */}
        <FormField name="email" label="E-mail" onEdit={entry.forget}>
          <Input type="email" autoComplete="username" autoFocus required />
        </FormField>
        <FormField name="password" label="Password">
          <Input type="password" autoComplete="current-password" required />
        </FormField>
        <EntrySubmit busy={entry.sent.busy} wait={entry.wait}>
          Sign in
        </EntrySubmit>
      </Form>
    </EntryFrame>
  );
}
