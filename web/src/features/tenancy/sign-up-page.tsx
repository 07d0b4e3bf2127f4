'use client';

import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { useMutation } from 'urql';
import { passwordLengthMin, signUpBody } from '@headgate/contracts/rest/tenancy';
import { SignUpDocument } from '@/generated/graphql';
import { usePageTitle } from '@/lib/page-title';
import { signsIn } from '@/lib/graphql-client';
import { paths, safeNext } from '@/lib/paths';
import { bySchema } from '@/lib/use-sent-form';
import { Form, FormField } from '@/ui/form';
import { Input } from '@/ui/input';
import { Skeleton } from '@/ui/skeleton';
import { EntryFrame, EntrySubmit } from './entry-frame';
import { useEntry } from './use-entry';
import { useSignUpOpen } from './use-sign-up-open';

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

const check = bySchema(signUpBody);

function SignUpForm() {
  const [, signUp] = useMutation(SignUpDocument);
  const entry = useEntry({
    start: { name: '', email: '', password: '' },
    check,
    send: (input) => signUp({ input }, signsIn),
  });
  return (
    <Form form={entry.sent}>
      <FormField name="name" label="Name">
        <Input autoComplete="name" autoFocus required />
      </FormField>
      <FormField name="email" label="E-mail">
        <Input type="email" autoComplete="username" required />
      </FormField>
      <FormField name="password" label="Password" hint={`At least ${passwordLengthMin} characters.`}>
        <Input type="password" autoComplete="new-password" required />
      </FormField>
      <EntrySubmit busy={entry.sent.busy} wait={entry.wait}>
        Create account
      </EntrySubmit>
    </Form>
  );
}
