'use client';

import Link from 'next/link';
import { MapPinOff } from 'lucide-react';
import { paths } from '@/lib/paths';
import { buttonClass } from './button';
import { EmptyState } from './empty-state';

/** Instead of a page that is not there, or that the visitor may not know of. */
export const NoSuchPlace = () => (
  <div className="flex min-h-full items-center justify-center">
    <EmptyState
      icon={<MapPinOff />}
      title="There is nothing here"
      action={
        <Link href={paths.start()} className={buttonClass({ variant: 'primary' })}>
          Go to my workspace
        </Link>
      }
    >
      The address is wrong, what it named is gone, or you may not see it.
    </EmptyState>
  </div>
);
