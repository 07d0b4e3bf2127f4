import { createHash } from 'node:crypto';
import type { LogRow } from './log-lines.js';

/** Lines that are stored together or not at all. Whoever gets no answer sends the same again: a digest tells that it came. */
export type LogBatch = { workspaceId: string; digest: Buffer; rows: LogRow[] };

/**
 * A digest of what was sent, not ids of lines: two equal lines in one request are two, and no line costs anything.
 * Long requests go in parts, each with its own digest: of one that broke off in between, the rest gets in.
 */
export function batchesOf(workspaceId: string, sent: string, rows: LogRow[], linesMax: number): LogBatch[] {
  const whole = createHash('sha256').update(sent).digest();
  const batches: LogBatch[] = [];
  for (let at = 0; at < rows.length; at += linesMax)
    batches.push({ workspaceId, digest: at === 0 ? whole : partOf(whole, at), rows: rows.slice(at, at + linesMax) });
  return batches;
}

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
