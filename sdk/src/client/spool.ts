import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '@headgate/contracts';
import { ApiError } from '../errors.js';
import type { LogLine } from '../logging.js';
import { ownClaim, underClaim, type Claim } from './claim.js';
import { createClient, type Client } from './client.js';
import { homeFolder, resolveConfig, type ClientConfig } from './config.js';
import type { EventJson, StateProposal } from './wire.js';

/** What could not be told, in the order in which it has to be told. The first line of a file says to whom. */
export type SpoolEntry =
  | { kind: 'to'; apiUrl: string; claim?: Claim | null }
  | { kind: 'event'; event: EventJson }
  /** Lines of a batch may have been on their way together: they are sent together again. */
  | { kind: 'log'; line: LogLine; batch?: number }
  | { kind: 'state'; flowRunId: string; state: StateProposal; claimId: string | null; happenedMs: number };

const spoolFolder = (): string => join(homeFolder(), 'spool', 'sdk');

/** Keeps entries on disk for `deliverSpool()`. Synchronous: it is the last thing that a process does. Answers the file. */
export function spool(apiUrl: string, entries: SpoolEntry[]): string {
  mkdirSync(spoolFolder(), { recursive: true, mode: 0o700 });
  const file = join(spoolFolder(), `${newId()}.jsonl`);
  const lines: SpoolEntry[] = [{ kind: 'to', apiUrl, claim: ownClaim() }, ...entries];
  appendFileSync(file, lines.map((entry) => `${JSON.stringify(entry)}\n`).join(''), { mode: 0o600 });
  return file;
}

/**
 * Sends what earlier processes could not deliver to this workspace. What was told before is not told twice: events and
 * states carry ids, and log lines come in the same batches, which the control plane knows again for an hour.
 *
 * @returns how many entries were delivered, and how many the control plane does not want any more (a deleted run).
 * @throws UnreachableError when there is still no connection; nothing is lost then.
 */
export async function deliverSpool(
  config: ClientConfig | null = resolveConfig(),
): Promise<{ delivered: number; refused: number }> {
  const total = { delivered: 0, refused: 0 };
  if (!config) return total;
  const client = createClient(config);
  for (const file of filesOf(client.config.apiUrl)) {
    const mine = taken(file);
    if (!mine) continue;
    try {
      const { delivered, refused } = await deliverFile(client, readEntries(mine));
      total.delivered += delivered;
      total.refused += refused;
      rmSync(mine);
    } catch (error) {
      renameSync(mine, file);
      throw error;
    }
  }
  return total;
}

/** Another process may deliver at the same time: whoever renames the file has it. */
function taken(file: string): string | null {
  const mine = `${file}.${process.pid}`;
  try {
    renameSync(file, mine);
    return mine;
  } catch {
    return null;
  }
}

function filesOf(apiUrl: string): string[] {
  try {
    const files = readdirSync(spoolFolder())
      .filter((name) => name.endsWith('.jsonl'))
      .sort();
    return files
      .map((name) => join(spoolFolder(), name))
      .filter((file) => readEntries(file).some((entry) => entry.kind === 'to' && entry.apiUrl === apiUrl));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** A line that was cut off by a crash is left out. */
function readEntries(file: string): SpoolEntry[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as SpoolEntry];
      } catch {
        return [];
      }
    });
}

async function deliverFile(client: Client, entries: SpoolEntry[]) {
  const total = { delivered: 0, refused: 0 };
  const send = async (count: number, call: () => Promise<unknown>) => {
    if (count === 0) return;
    total[(await accepted(call)) ? 'delivered' : 'refused'] += count;
  };
  const headers = underClaim(entries.find((entry) => entry.kind === 'to')?.claim);
  const events = entries.flatMap((entry) => (entry.kind === 'event' ? [entry.event] : []));
  for (let at = 0; at < events.length; at += 200)
    await send(events.slice(at, at + 200).length, () => client.createEvents(events.slice(at, at + 200), { headers }));
  for (const lines of logBatches(entries)) await send(lines.length, () => client.createLogs(lines, { headers }));
  for (const entry of entries) {
    if (entry.kind !== 'state') continue;
    const { flowRunId, state, claimId, happenedMs } = entry;
    await send(1, () => client.setFlowRunState(flowRunId, state, { claimId, happenedMs }));
  }
  return total;
}

function logBatches(entries: SpoolEntry[]): LogLine[][] {
  const batches: { batch: number; lines: LogLine[] }[] = [];
  for (const entry of entries) {
    if (entry.kind !== 'log') continue;
    const { line, batch = 0 } = entry;
    const last = batches.at(-1);
    if (last?.batch === batch && last.lines.length < 200) last.lines.push(line);
    else batches.push({ batch, lines: [line] });
  }
  return batches.map(({ lines }) => lines);
}

/** A refusal for what is sent (not for who sends it) will not change by waiting. */
async function accepted(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (error instanceof ApiError && [400, 404, 409, 422].includes(error.status)) return false;
    throw error;
  }
}
