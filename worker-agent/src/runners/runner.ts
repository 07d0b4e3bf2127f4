import type { StateType } from '@headgate/contracts';
import type { Connection } from '../settings/connection.js';
import type { LineReader } from '../output/run-output.js';
import type { Job } from './job.js';
import type { ProcessGroup } from './process-group.js';

/** Where a run is to be reported, and how to find what it needs. */
export type Surroundings = { connection: Connection; agentDir: string; python: string | null };

/** A started run: its processes, and what its output means. */
export type Started = {
  group: ProcessGroup;
  reader: LineReader;
  /** Whether the process tells of its states by itself; else the agent does, from the exit code. */
  reportsStates: boolean;
  /** Time that the process has to act on a cancellation that it hears of by itself, before it is told by signal. */
  hearsOfCancellationMs: number;
  /** What the process printed and should have sent, when it could not send all of it; asked after its end. */
  lostLogs?(): LogRecord[];
  /** The type of the state that the run ended in, where the process said so. */
  endedIn?(): StateType | null;
  /** Sends what the process left behind because it could not send it. Throws Unreachable. */
  deliverRest?(): Promise<void>;
};

/** A record of Python's logging: `at` in seconds since 1970, with a fraction. */
export type LogRecord = { at: string; level: number; name: string; message: string };

export type Runner = {
  name: string;
  handles(job: Job): boolean;
  /** Whether its processes ask the control plane before code of the user runs. */
  asksFirst: boolean;
  /** Throws CannotStart with a reason for people. */
  start(job: Job): Promise<Started>;
  /** Lets go of what was prepared. */
  close(): Promise<void>;
};
