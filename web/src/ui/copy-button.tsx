import { useState } from 'react';
import { Check, Copy } from 'lucide-react';
import { toast } from 'sonner';
import { Button, type ButtonLook } from './button';

type Props = ButtonLook & { text: string | (() => string); label: string; children?: string; className?: string };

/** Answers whether it worked; when it did not, the person is told. Where a page is not served safely, there is no clipboard. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    toast.error('The browser did not allow copying. Select the text and copy it by hand.');
    return false;
  }
}

/** Copies a text, and says for a moment that it did. */
export function CopyButton({ text, label, children, variant = 'ghost', size = 'icon-sm', className }: Props) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    if (!(await copyText(typeof text === 'string' ? text : text()))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <Button variant={variant} size={size} onClick={copy} aria-label={copied ? 'Copied' : label} className={className}>
      {copied ? <Check className="text-ok" aria-hidden /> : <Copy aria-hidden />}
      {children}
    </Button>
  );
}
