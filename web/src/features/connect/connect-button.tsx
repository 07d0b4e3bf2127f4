'use client';

import { useState } from 'react';
import { Plug } from 'lucide-react';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { ConnectSteps, languages } from './connect-steps';

/** Opens the commands that connect a machine. */
export function ConnectButton({ primary }: { primary?: boolean }) {
  const [open, setOpen] = useState(false);
  const [language, setLanguage] = useState<string>(languages[0]);
  return (
    <>
      <Button variant={primary ? 'primary' : 'secondary'} icon={<Plug />} onClick={() => setOpen(true)}>
        Connect a machine
      </Button>
      <Dialog
        wide
        open={open}
        onOpenChange={setOpen}
        title="Connect a machine"
        description="Three steps, from nothing to a watched run."
      >
        <ConnectSteps language={language} setLanguage={setLanguage} />
      </Dialog>
    </>
  );
}
