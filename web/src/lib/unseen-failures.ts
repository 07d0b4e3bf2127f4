import { toast } from 'sonner';

/** What a handler of an event promises and does not keep is nobody's to catch: the person is told all the same. */
export function tellUnseenFailures(): void {
  window.addEventListener('unhandledrejection', ({ reason }) => {
    // Who leaves a page ends what it had asked.
    if (reason instanceof DOMException && reason.name === 'AbortError') return;
    toast.error('Something went wrong in this page. Try again, or reload it.');
  });
}
