import { CircleAlert } from 'lucide-react';

/** What is wrong with a form as a whole. */
export const FormError = ({ message }: { message: string | null }) =>
  message && (
    <p role="alert" className="flex gap-2 rounded-md border border-bad/35 bg-bad/8 px-3 py-2 text-sm text-bad">
      <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
      {message}
    </p>
  );
