import type { LogJson } from '@headgate/contracts/rest/logs';
import { topics, type Live } from '../../core/live/live.js';
import { isBefore, placeOfLine } from './log-lines.js';
import type { LogPlace, LogsOf } from './logs.queries.js';

/** Told the first place of the lines that are new. */
type Ring = (first: LogPlace) => void;
type OfWorkspace = { rings: Map<string, Set<Ring>>; stop: () => void };

/**
 * Rings for those who follow runs when there are lines of theirs. A line is looked at once for each run and task run that it
 * is of, however many follow the runs of a workspace: lines and followers are both its own doing, and would multiply.
 */
export class Bells {
  private readonly workspaces = new Map<string, OfWorkspace>();

  constructor(private readonly live: Live) {}

  /** Answers the function that ends it. */
  ringFor(workspaceId: string, of: LogsOf, ring: Ring): () => void {
    const { rings } = this.workspaceOf(workspaceId);
    const id = 'taskRunId' in of ? of.taskRunId : of.flowRunId;
    const ofRun = rings.get(id) ?? new Set();
    rings.set(id, ofRun.add(ring));
    return () => {
      ofRun.delete(ring);
      if (ofRun.size === 0 && rings.get(id) === ofRun) rings.delete(id);
      if (rings.size === 0) this.forget(workspaceId);
    };
  }

  private workspaceOf(workspaceId: string): OfWorkspace {
    const known = this.workspaces.get(workspaceId);
    if (known) return known;
    const rings: OfWorkspace['rings'] = new Map();
    const stop = this.live.subscribe(topics.logs(workspaceId), (lines) => ringAll(rings, lines as LogJson[]));
    const workspace = { rings, stop };
    this.workspaces.set(workspaceId, workspace);
    return workspace;
  }

  private forget(workspaceId: string): void {
    this.workspaces.get(workspaceId)?.stop();
    this.workspaces.delete(workspaceId);
  }
}

function ringAll(rings: OfWorkspace['rings'], lines: LogJson[]): void {
  const firsts = new Map<string, LogPlace>();
  for (const line of lines)
    for (const id of [line.flow_run_id, line.task_run_id]) {
      if (id === null || !rings.has(id)) continue;
      const [place, first] = [placeOfLine(line), firsts.get(id)];
      if (!first || isBefore(place, first)) firsts.set(id, place);
    }
  for (const [id, first] of firsts) for (const ring of rings.get(id) ?? []) ring(first);
}
