import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { FlowDefinition } from '../engine/run-flow.js';
import { definitionOf } from '../engine/definitions.js';
import { UsageError } from '../errors.js';

/** `src/file.ts:exportName`, from the working directory. Throws a UsageError that says what to do when it cannot be found out. */
export async function entrypointOf(flow: FlowDefinition): Promise<string> {
  if (!flow.file)
    throw new UsageError(
      `Where flow ${flow.name} is written could not be found out. Pass entrypoint: 'path/to/file.ts:exportName'.`,
    );
  const name = (await exportedName(flow, flow.file)) ?? nameInSource(flow, flow.file);
  if (!name)
    throw new UsageError(
      `Flow ${flow.name} is not exported from ${flow.file}. Export it, or pass entrypoint: 'path/to/file.ts:exportName'.`,
    );
  return `${relative(process.cwd(), flow.file).split(sep).join('/')}:${name}`;
}

/** A file that still runs, because it deploys its own flow, cannot be imported by itself: then its text has to do. */
async function exportedName(flow: FlowDefinition, file: string): Promise<string | null> {
  const imported = import(pathToFileURL(file).href) as Promise<Record<string, unknown>>;
  const exports = await Promise.race([imported.catch(() => null), sleep(500, null, { ref: true })]);
  return Object.entries(exports ?? {}).find(([, value]) => definitionOf(value)?.fn === flow.fn)?.[0] ?? null;
}

function nameInSource(flow: FlowDefinition, file: string): string | null {
  const text = readFileSync(file, 'utf8');
  const found = [
    ...text.matchAll(/export\s+(?:const|let|var)\s+([\w$]+)[^=]*=\s*(?:\w+\.)?flow\s*(?:<[^>]*>)?\(/g),
  ].map((match) => match[1]!);
  if (found.length === 1) return found[0]!;
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return found.find((name) => plain(name) === plain(flow.name)) ?? null;
}
