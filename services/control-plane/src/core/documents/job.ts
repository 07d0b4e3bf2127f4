import type { CatchUp, Horizon, Schedule } from '@headgate/contracts/schedules/index';
import type { Preparation } from '../json-schema/prepare-schema.js';

/** What the thread of documents is asked to do. Long values cross over as text. */
export type Job =
  | { kind: 'misfits'; schemaJson: string; valuesJson: string; preparation: Preparation }
  | { kind: 'mismatches'; schemaJson: string; valuesJson: string }
  | { kind: 'schema'; json: string }
  | { kind: 'check-template'; template: string }
  | { kind: 'fill-template'; template: string }
  | { kind: 'upcoming'; schedule: Schedule; fromMs: number; horizon: Horizon }
  | { kind: 'missed'; schedule: Schedule; afterMs: number; untilMs: number; catchUp: CatchUp };

/** `refused`: the document is at fault, in words for its author; `line` where it is a template. */
export type Answer = { value: unknown } | { refused: string; line?: number } | { failed: string };
