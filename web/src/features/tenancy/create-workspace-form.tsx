'use client';

import { useEffect } from 'react';
import { useRouter } from 'next/navigation';
import { useMutation } from 'urql';
import { z } from 'zod';
import { handle, workspaceCreateBody } from '@headgate/contracts/rest/tenancy';
import { CreateWorkspaceDocument } from '@/generated/graphql';
import { paths } from '@/lib/paths';
import { bySchema, useSentForm } from '@/lib/use-sent-form';
import { Button } from '@/ui/button';
import { Form, FormField, FormSelect } from '@/ui/form';
import { Input } from '@/ui/input';
import { placeOf } from '@/lib/session/last-workspace';
import { isSameName } from '@/lib/session/workspace-label';
import { suggestedHandle } from './suggested-handle';
import type { Viewer } from '@/lib/session/use-viewer';

type Props = { viewer: Pick<Viewer, 'accounts' | 'workspaces'>; onCreated?: () => void };

const noHandle = 'This name makes no handle: choose one of lower-case letters, digits and dashes.';
const check = bySchema(
  workspaceCreateBody.extend({ accountId: z.string(), handle: z.string().min(1, noHandle).pipe(handle) }),
);

const taken = 'The account has a workspace of this name already. Their handles will tell them apart.';

export function CreateWorkspaceForm({ viewer: { accounts, workspaces }, onCreated }: Props) {
  const router = useRouter();
  const [, create] = useMutation(CreateWorkspaceDocument);
  const sent = useSentForm({
    start: { accountId: accounts[0]?.id ?? '', name: '', handle: '', description: '' },
    check,
    send: async ({ description, ...rest }) => {
      const { data, error } = await create({ ...rest, description: description || null });
      if (!data) return { error };
      onCreated?.();
      router.push(paths.home(placeOf(data.createWorkspace)));
      return {};
    },
  });
  const { form, busy } = sent;
  const [accountId, name, chosen] = form.watch(['accountId', 'name', 'handle']);
  const byHand = Boolean(form.formState.dirtyFields.handle);
  useEffect(() => {
    if (!byHand) form.setValue('handle', suggestedHandle(name, accountId, workspaces));
  }, [byHand, name, accountId, workspaces, form]);
  const isTaken = workspaces.some((each) => each.accountId === accountId && isSameName(each.name, name));
  const account = accounts.find((each) => each.id === accountId)?.handle ?? '';
  const address = location.origin + paths.home({ accountHandle: account, workspaceHandle: chosen });
  return (
    <Form form={sent}>
      {accounts.length > 1 && (
        <FormSelect
          name="accountId"
          label="Account"
          options={accounts.map((each) => ({ value: each.id, label: each.name }))}
        />
      )}
      <FormField name="name" label="Name" hint={isTaken && taken}>
        <Input placeholder="Production" autoFocus required />
      </FormField>
      <FormField
        name="handle"
        label="Handle"
        hint={chosen ? `Its address: ${address}` : 'Its part of the address; made from the name unless you choose one.'}
      >
        <Input className="font-mono" spellCheck={false} autoCapitalize="none" required />
      </FormField>
      <FormField name="description" label="Description" optional>
        <Input />
      </FormField>
      <div className="flex justify-end">
        <Button type="submit" variant="primary" loading={busy}>
          Create workspace
        </Button>
      </div>
    </Form>
  );
}
