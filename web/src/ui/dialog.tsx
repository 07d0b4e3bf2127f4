import { Dialog as Radix } from 'radix-ui';
import { X } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { focusPlace, placeOf } from '@/lib/focus-place';
import { cn } from './cn';
import { buttonClass } from './button';

type Props = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
};

/** It ends above the place where toasts come, so that none covers its buttons. */
export function Dialog({ open, onOpenChange, title, description, children, footer, wide }: Props) {
  const giveFocusBack = useFocusBack(open);
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 bg-[#05080c]/50 backdrop-blur-[2px]" />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          onOpenAutoFocus={focusFirstField}
          onCloseAutoFocus={giveFocusBack}
          className={cn(
            'appear fixed top-[8vh] left-1/2 z-50 flex max-h-[calc(92vh-7.5rem)] w-[calc(100vw-2rem)] -translate-x-1/2 flex-col overflow-clip rounded-xl border border-line bg-raised shadow-high outline-none',
            wide ? 'max-w-2xl' : 'max-w-md',
          )}
        >
          <header className="flex items-start justify-between gap-4 px-5 pt-4">
            <div>
              <Radix.Title className="text-lg font-semibold tracking-tight">{title}</Radix.Title>
              {description && <Radix.Description className="mt-1 text-sm text-muted">{description}</Radix.Description>}
            </div>
            <Radix.Close aria-label="Close" className={cn(buttonClass({ variant: 'ghost', size: 'icon-sm' }), '-mr-2')}>
              <X />
            </Radix.Close>
          </header>
          <div data-body className="min-h-0 flex-1 overflow-y-auto scroll-pb-16 px-5 py-4">
            {children}
          </div>
          {footer && <footer className="flex justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const fields = ['input', 'textarea', 'select', '[role=combobox]', '[role=radio][tabindex="0"]']
  .map((field) => `[data-body] ${field}:not(:disabled, [aria-hidden=true])`)
  .join(', ');

/** Who opens a form means to fill it in. A dialog without fields has the focus on its first button, as the library sets it. */
function focusFirstField(event: Event): void {
  const field = (event.currentTarget as HTMLElement).querySelector<HTMLElement>(fields);
  if (!field) return;
  event.preventDefault();
  field.focus();
}

/** For what opens without a button of its own: gives the focus back to where it was. */
export function useFocusBack(open: boolean): (event: Event) => void {
  const opener = useOpener(open);
  return (event) => {
    event.preventDefault();
    focusPlace(opener);
  };
}

/** Where the focus was when a dialog opened: read as it is drawn, before a field in it takes the focus. */
function useOpener(open: boolean): readonly HTMLElement[] {
  const [shown, setShown] = useState(false);
  const [opener, setOpener] = useState<readonly HTMLElement[]>([]);
  if (open !== shown) {
    setShown(open);
    if (open) setOpener(placeOf(openerNow()));
  }
  return opener;
}

/** Of an item of a menu, which is gone afterwards, it is the button that opened the menu. */
function openerNow(): HTMLElement | null {
  const focused = document.activeElement;
  const menu = focused?.closest('[role=menu]');
  if (menu) return document.getElementById(menu.getAttribute('aria-labelledby') ?? '');
  return focused instanceof HTMLElement ? focused : null;
}
