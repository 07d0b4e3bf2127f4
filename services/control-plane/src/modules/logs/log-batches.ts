import { createHash } from 'node:crypto';
import type { Ctx } from '../../core/access/ctx.js';
import type { UnderClaim } from '../../core/access/under-claim.js';
import { inSlices } from '../../core/fair/in-slices.js';
import type { LogRow } from './log-lines.js';

/** Lines that are stored together or not at all. Whoever gets no answer sends the same again: a digest tells that it came. */
export type LogBatch = { workspaceId: string; digest: Buffer; rows: LogRow[]; claim: UnderClaim | null };

/**
 * A digest of what all the lines say, not ids of lines: two equal lines in one request are two, and no line costs anything.
 * However a request is spelt, it is the same. Long ones go in parts, each with its own digest: of one that broke off in
 * between, the rest gets in.
 */
export async function batchesOf(
  { workspaceId, claim = null }: Pick<Ctx, 'workspaceId' | 'claim'>,
  rows: LogRow[],
  linesMax: number,
): Promise<LogBatch[]> {
  const hash = createHash('sha256');
  const parts = await inSlices(rows, linesMax, (part) => {
    hash.update(saidBy(part));
    return part;
  });
  const whole = hash.digest();
  return parts.map((part, at) => ({
    workspaceId,
    digest: at === 0 ? whole : partOf(whole, at * linesMax),
    rows: part,
    claim,
  }));
}

/** Lines hold no NUL characters: what stands between them is unmistakable. */
const saidBy = (rows: LogRow[]): string =>
  rows
    .map(
      ({ flow_run_id, task_run_id, worker_id, timestamp, dated, level, name, message }) =>
        `${flow_run_id}\0${task_run_id}\0${worker_id}\0${dated ?? timestamp}\0${level}\0${name}\0${message}\0`,
    )
    .join('');

const partOf = (whole: Buffer, at: number): Buffer => createHash('sha256').update(whole).update(String(at)).digest();

/** Those that are to be stored together may be a request and its repetition. */
export function withoutRepeats(batches: LogBatch[]): LogBatch[] {
  if (batches.length === 1) return batches;
  const byDigest = new Map<string, LogBatch>();
  for (const batch of batches) {
    const key = batch.workspaceId + batch.digest.toString('latin1');
    if (!byDigest.has(key)) byDigest.set(key, batch);
  }
  return [...byDigest.values()];
}
