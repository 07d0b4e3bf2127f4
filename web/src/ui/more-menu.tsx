'use client';

import { useState, type ReactNode } from 'react';
import { Copy, Ellipsis, Trash2 } from 'lucide-react';
import { toast } from 'sonner';
import { Button } from './button';
import { ConfirmDialog } from './confirm-dialog';
import { copyText } from './copy-button';
import { Dropdown, DropdownItem, DropdownLine } from './dropdown';

type Props = {
  id: string;
  /** What deleting it is called on the menu and on the button, and what is asked before. */
  action: string;
  question: string;
  /** What goes with it. */
  children: ReactNode;
  /** Answers whether it is gone. */
  onDelete: () => Promise<boolean>;
};

/** What is seldom done with a thing: its id copied, the thing deleted once that was confirmed. */
export function MoreMenu({ id, action, question, children, onDelete }: Props) {
  const [deleting, setDeleting] = useState(false);
  const copyId = async () => {
    if (await copyText(id)) toast.success('Copied the id.');
  };
  return (
    <>
      <Dropdown
        trigger={
          <Button size="icon" aria-label="More">
            <Ellipsis />
          </Button>
        }
      >
        <DropdownItem icon={<Copy />} onSelect={copyId}>
          Copy id
        </DropdownItem>
        <DropdownLine />
        <DropdownItem danger icon={<Trash2 />} onSelect={() => setDeleting(true)}>
          {action}
        </DropdownItem>
      </Dropdown>
      <ConfirmDialog open={deleting} onOpenChange={setDeleting} title={question} action={action} onConfirm={onDelete}>
        {children}
      </ConfirmDialog>
    </>
  );
}
