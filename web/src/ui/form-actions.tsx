import type { ReactNode } from 'react';

/** The buttons of a form in a dialog. They stay in sight at its foot however long the form is. */
export const FormActions = ({ children }: { children: ReactNode }) => (
  <div className="sticky -bottom-4 z-10 -mx-5 -mb-4 flex justify-end gap-2 border-t border-line bg-raised px-5 py-3">
    {children}
  </div>
);
