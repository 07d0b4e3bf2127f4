import type { StateType } from '@headgate/contracts';

/** A run as people know it: `flow/deployment · run-name`. */
export type RunName = { id: string; title: string };

export type Outcome = { stateType: StateType | null; stateName: string; seconds: number; message?: string | undefined };

/** What the agent tells the person who watches it. */
export type Journal = {
  claimed(run: RunName): void;
  started(run: RunName, pid: number): void;
  finished(run: RunName, outcome: Outcome): void;
  note(text: string): void;
  warn(text: string): void;
};
