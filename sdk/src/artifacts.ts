import { newId } from '@headgate/contracts';
import { z } from 'zod';
import { currentFrame, getRunLogger } from './context.js';
import type { ArtifactDraft } from './client/index.js';
import { refuseMistaken } from './given.js';
import { currentReporter } from './report/reporter.js';

type About = {
  /** Lower-case letters, digits and dashes. Artifacts with the same key are versions of one. */
  key?: string;
  /** Markdown. */
  description?: string;
};

const about = { key: z.string().optional(), description: z.string().optional() };
const percent = z.number().min(0).max(100);
const rows = z.array(
  z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())], 'expected an object or a list'),
);
const shapes = {
  table: z.strictObject({ ...about, table: rows }),
  markdown: z.strictObject({ ...about, markdown: z.string() }),
  link: z.strictObject({ ...about, link: z.string(), linkText: z.string().optional() }),
  progress: z.strictObject({ ...about, progress: percent }),
  update: z.strictObject({ progress: percent, description: z.string().optional() }),
};

/**
 * Rows with the same keys, or lists; shown as a table.
 *
 * @example
 * await createTableArtifact({ key: 'prices', table: [{ item: 'pump', price: 12 }] });
 */
export async function createTableArtifact(
  given: About & { table: Record<string, unknown>[] | unknown[][] },
): Promise<string> {
  refuseMistaken('createTableArtifact({ table })', shapes.table, given, createTableArtifact);
  const { table, ...rest } = given;
  return create({ ...rest, type: 'table', data: JSON.stringify(table) });
}

export async function createMarkdownArtifact(given: About & { markdown: string }): Promise<string> {
  refuseMistaken('createMarkdownArtifact({ markdown })', shapes.markdown, given, createMarkdownArtifact);
  const { markdown, ...rest } = given;
  return create({ ...rest, type: 'markdown', data: markdown });
}

export async function createLinkArtifact(given: About & { link: string; linkText?: string }): Promise<string> {
  refuseMistaken('createLinkArtifact({ link })', shapes.link, given, createLinkArtifact);
  const { link, linkText = link, ...rest } = given;
  return create({ ...rest, type: 'markdown', data: `[${linkText}](${link})` });
}

/** A bar that fills, from 0 to 100. Answers the id for `updateProgressArtifact`. */
export async function createProgressArtifact(given: About & { progress: number }): Promise<string> {
  refuseMistaken('createProgressArtifact({ progress })', shapes.progress, given, createProgressArtifact);
  const { progress, ...rest } = given;
  return create({ ...rest, type: 'progress', data: progress });
}

export async function updateProgressArtifact(
  id: string,
  given: { progress: number; description?: string },
): Promise<void> {
  const call = 'updateProgressArtifact(id, { progress })';
  refuseMistaken(call, z.tuple([z.string(), shapes.update]), [id, given], updateProgressArtifact);
  const { progress, description } = given;
  await currentReporter()?.client.updateArtifact(id, {
    data: progress,
    ...(description !== undefined && { description }),
  });
}

/** Answers the id of the artifact. Without a control plane it goes into the log. */
async function create(draft: ArtifactDraft): Promise<string> {
  const info = currentFrame()?.info;
  const reporter = currentReporter();
  if (!reporter) {
    getRunLogger().info(
      `Artifact ${draft.key ?? draft.type}: ${typeof draft.data === 'string' ? draft.data.slice(0, 500) : String(draft.data)}`,
    );
    return newId();
  }
  const runs = {
    ...(info?.flowRunId && { flow_run_id: info.flowRunId }),
    ...(info?.taskRunId && { task_run_id: info.taskRunId }),
  };
  const { id } = await reporter.client.createArtifact({ ...draft, ...runs });
  return id;
}
