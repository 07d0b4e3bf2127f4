import type { LogDraft, ProposedState } from '../api/wire.js';

/** One thing to tell the control plane, as a line of a spool file. */
export type LogEntry = { kind: 'log'; line: LogDraft };
/** `state_details.transition_id` is set: told twice, it is heard once. However late it is told, it stands at its time. */
export type StateEntry = { kind: 'state'; state: ProposedState; force: boolean; claimId: string; happenedMs: number };
export type Entry = LogEntry | StateEntry;

/** The first line of a file: where all that follows belongs. */
export type Header = { kind: 'run'; apiUrl: string; flowRunId: string; claimId?: string };
