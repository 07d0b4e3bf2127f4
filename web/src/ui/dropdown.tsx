import { DropdownMenu as Radix } from 'radix-ui';
import type { ComponentProps, ReactElement, ReactNode } from 'react';
import { cn } from './cn';

type Props = { trigger: ReactElement; children: ReactNode; align?: 'start' | 'end'; className?: string };

export function Dropdown({ trigger, children, align = 'end', className }: Props) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className={cn('appear z-50 min-w-48 rounded-lg border border-line bg-raised p-1 shadow-high', className)}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

type ItemProps = ComponentProps<typeof Radix.Item> & { icon?: ReactNode; danger?: boolean };

export function DropdownItem({ icon, danger, className, children, asChild, ...rest }: ItemProps) {
  const look = cn(
    'flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2 py-1 text-sm outline-none select-none [&_svg]:size-4 [&_svg]:shrink-0',
    'data-highlighted:bg-sunken data-disabled:cursor-not-allowed data-disabled:opacity-50',
    danger ? 'text-bad' : 'text-fg [&_svg]:text-faint',
    className,
  );
  return (
    <Radix.Item {...rest} asChild={asChild} className={look}>
      {asChild ? (
        children
      ) : (
        <>
          {icon}
          {children}
        </>
      )}
    </Radix.Item>
  );
}

export const DropdownLabel = ({ children }: { children: ReactNode }) => (
  <Radix.Label className="px-2 pt-1.5 pb-1 text-2xs font-medium text-faint">{children}</Radix.Label>
);

export const DropdownLine = () => <Radix.Separator className="-mx-1 my-1 h-px bg-line" />;
