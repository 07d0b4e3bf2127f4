import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { FlowDefinition } from '../engine/run-flow.js';
import { definitionOf } from '../engine/definitions.js';
import { UsageError } from '../errors.js';
import { exportedAt } from './exported-at.js';

/** `src/file.ts:exportName`, from the working directory. Throws a UsageError that says what to do when it cannot be found out. */
export async function entrypointOf(flow: FlowDefinition): Promise<string> {
  const orPass = "pass entrypoint: 'path/to/file.ts:exportName'";
  if (!flow.place) throw new UsageError(`Where flow ${flow.name} is written could not be found out: ${orPass}.`);
  const { file, line } = flow.place;
  const name = (await exportedName(flow, file)) ?? exportedAt(readFileSync(file, 'utf8'), flow.place);
  if (!name)
    throw new UsageError(
      `No export of ${file} could be told to be flow ${flow.name}, which line ${line} makes. Write \`export const … = flow(…)\` there, or ${orPass}.`,
    );
  return `${relative(process.cwd(), file).split(sep).join('/')}:${name}`;
}

/** A file that still runs, because it deploys its own flow, cannot be imported by itself: then its text has to do. */
async function exportedName(flow: FlowDefinition, file: string): Promise<string | null> {
  const imported = import(pathToFileURL(file).href) as Promise<Record<string, unknown>>;
  const exports = await Promise.race([imported.catch(() => null), sleep(500, null, { ref: true })]);
  return Object.entries(exports ?? {}).find(([, value]) => definitionOf(value) === flow)?.[0] ?? null;
}
