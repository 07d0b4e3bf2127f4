import { cn } from './cn';

/** A gate between two posts, over water. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={cn('size-6 shrink-0', className)} aria-hidden="true" fill="none">
      <rect width="32" height="32" rx="8" fill="#0d6c84" />
      <path d="M8 6.5v13M24 6.5v13M6 8h20" stroke="#fff" strokeWidth="2.4" strokeLinecap="round" />
      <rect x="11.4" y="10.6" width="9.2" height="7" rx="1.2" fill="#fff" />
      <path
        d="M6 22.4c1.7 0 1.7 1.4 3.3 1.4s1.7-1.4 3.4-1.4 1.6 1.4 3.3 1.4 1.7-1.4 3.3-1.4 1.7 1.4 3.4 1.4 1.6-1.4 3.3-1.4"
        stroke="#8adbec"
        strokeWidth="2"
        strokeLinecap="round"
      />
    </svg>
  );
}
