'use client';

import { useState } from 'react';
import { Trash2 } from 'lucide-react';
import { toast } from 'sonner';
import { useMutation } from 'urql';
import { DeleteApiKeyDocument, type ApiKeyPartsFragment } from '@/generated/graphql';
import { useNow } from '@/lib/now';
import { sayError } from '@/lib/say-error';
import { Button } from '@/ui/button';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { Cut, NameTd, Table, Td, Th, Tr } from '@/ui/table';
import { Tag } from '@/ui/tag';
import { Time } from '@/ui/time';

type Key = ApiKeyPartsFragment;

export function KeysTable({ keys }: { keys: Key[] }) {
  const [doomed, setDoomed] = useState<Key | null>(null);
  const [, remove] = useMutation(DeleteApiKeyDocument);
  const confirm = async () => {
    const { error } = await remove({ id: doomed!.id });
    if (error) toast.error(sayError(error));
    else toast.success(`Deleted the key “${doomed!.name}”.`);
    return !error;
  };
  return (
    <>
      <Table>
        <thead>
          <tr>
            <Th>Name</Th>
            <Th className="hidden md:table-cell">Key</Th>
            <Th className="hidden sm:table-cell">Last used</Th>
            <Th>Expires</Th>
            <Th className="hidden md:table-cell">Created</Th>
            <Th aria-label="Actions" />
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <KeyRow key={key.id} apiKey={key} onDelete={() => setDoomed(key)} />
          ))}
        </tbody>
      </Table>
      <ConfirmDialog
        open={doomed !== null}
        onOpenChange={(open) => !open && setDoomed(null)}
        title={`Delete “${doomed?.name ?? ''}”?`}
        action="Delete key"
        onConfirm={confirm}
      >
        Whatever uses this key is refused from now on. This cannot be undone.
      </ConfirmDialog>
    </>
  );
}

function KeyRow({ apiKey, onDelete }: { apiKey: Key; onDelete: () => void }) {
  return (
    <Tr>
      <NameTd className="font-medium">
        <Cut text={apiKey.name} />
      </NameTd>
      <Td className="hidden font-mono text-xs whitespace-nowrap text-muted md:table-cell">{apiKey.maskedKey}</Td>
      <Td className="hidden text-muted sm:table-cell">{apiKey.lastUsed ? <Time iso={apiKey.lastUsed} /> : 'Never'}</Td>
      <Td className="text-muted">
        <Expiry iso={apiKey.expiration} />
      </Td>
      <Td className="hidden text-muted md:table-cell">
        <Time iso={apiKey.created} />
      </Td>
      <Td className="w-12 text-right">
        <Button variant="ghost" size="icon-sm" aria-label={`Delete the key ${apiKey.name}`} onClick={onDelete}>
          <Trash2 />
        </Button>
      </Td>
    </Tr>
  );
}

function Expiry({ iso }: { iso: string | null }) {
  const now = useNow();
  if (!iso) return 'Never';
  if (Date.parse(iso) < now) return <Tag className="border-bad/40 text-bad">Expired</Tag>;
  return <Time iso={iso} />;
}
