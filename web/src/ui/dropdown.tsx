import { DropdownMenu as Radix } from 'radix-ui';
import type { ComponentProps, ReactElement, ReactNode } from 'react';
import { Check } from 'lucide-react';
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

const itemClass =
  'flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2 py-1 text-sm text-fg outline-none select-none data-highlighted:bg-sunken data-disabled:cursor-not-allowed data-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-faint';

type ItemProps = ComponentProps<typeof Radix.Item> & { icon?: ReactNode; danger?: boolean };

export function DropdownItem({ icon, danger, className, children, asChild, ...rest }: ItemProps) {
  const look = cn(itemClass, danger && 'text-bad [&_svg]:text-bad', className);
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

type ChoiceProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  options: { value: string; label: string; icon: ReactNode }[];
};

/** One of a few values. They are items of the menu: its arrows lead to nothing else. */
export const DropdownChoice = ({ label, value, onChange, options }: ChoiceProps) => (
  <Radix.RadioGroup value={value} onValueChange={onChange} aria-label={label}>
    <DropdownLabel>{label}</DropdownLabel>
    {options.map((option) => (
      <Radix.RadioItem
        key={option.value}
        value={option.value}
        // What it looks like is seen behind the menu.
        onSelect={(event) => event.preventDefault()}
        className={itemClass}
      >
        {option.icon}
        <span className="flex-1">{option.label}</span>
        <Radix.ItemIndicator>
          <Check className="!text-accent" aria-hidden />
        </Radix.ItemIndicator>
      </Radix.RadioItem>
    ))}
  </Radix.RadioGroup>
);
