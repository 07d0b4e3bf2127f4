'use client';

import { useQuery } from 'urql';
import { SignUpOpenDocument } from '@/generated/graphql';

/** Whether somebody may sign up here; null while that is not known. Where it cannot be found out the form says what is wrong. */
export function useSignUpOpen(): boolean | null {
  const [{ data, error }] = useQuery({ query: SignUpOpenDocument, requestPolicy: 'network-only' });
  return data?.signUpOpen ?? (error ? true : null);
}
