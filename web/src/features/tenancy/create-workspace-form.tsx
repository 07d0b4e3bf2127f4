'use client';

import { useState, type FormEvent } from 'react';
import { useRouter } from 'next/navigation';
import { useMutation } from 'urql';
import { CreateWorkspaceDocument } from '@/generated/graphql';
import { paths } from '@/lib/paths';
import { fieldErrors, sayError } from '@/lib/say-error';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import { FormError } from './form-error';
import { placeOf } from './last-workspace';
import type { Viewer } from './use-viewer';

type Props = { accounts: Viewer['accounts']; onCreated?: () => void };

export function CreateWorkspaceForm({ accounts, onCreated }: Props) {
  const router = useRouter();
  const [accountId, setAccountId] = useState(accounts[0]?.id ?? '');
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [{ fetching, error }, create] = useMutation(CreateWorkspaceDocument);
  const fields = fieldErrors(error);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { data } = await create({ accountId, name: name.trim(), description: description.trim() || null });
    if (!data) return;
    onCreated?.();
    router.push(paths.home(placeOf(data.createWorkspace)));
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      <FormError message={error && Object.keys(fields).length === 0 ? sayError(error) : null} />
      {accounts.length > 1 && (
        <Field label="Account">
          <Select
            value={accountId}
            onChange={setAccountId}
            options={accounts.map((account) => ({ value: account.id, label: account.name }))}
          />
        </Field>
      )}
      <Field label="Name" error={fields['name']}>
        <Input
          value={name}
          onChange={(event) => setName(event.target.value)}
          placeholder="Production"
          autoFocus
          required
        />
      </Field>
      <Field label="Description" optional error={fields['description']}>
        <Input value={description} onChange={(event) => setDescription(event.target.value)} />
      </Field>
      <div className="flex justify-end">
        <Button
          type="submit"
          variant="primary"
          loading={fetching}
          disabledReason={name.trim() ? null : 'Give it a name first.'}
        >
          Create workspace
        </Button>
      </div>
    </form>
  );
}
