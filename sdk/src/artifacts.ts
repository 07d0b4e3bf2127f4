import { newId } from '@headgate/contracts';
import { currentFrame, getRunLogger } from './context.js';
import type { ArtifactDraft } from './client/index.js';
import { currentReporter } from './report/reporter.js';

type About = {
  /** Lower-case letters, digits and dashes. Artifacts with the same key are versions of one. */
  key?: string;
  /** Markdown. */
  description?: string;
};

/**
 * Rows with the same keys, or lists; shown as a table.
 *
 * @example
 * await createTableArtifact({ key: 'prices', table: [{ item: 'pump', price: 12 }] });
 */
export const createTableArtifact = ({
  table,
  ...about
}: About & { table: Record<string, unknown>[] | unknown[][] }): Promise<string> =>
  create({ ...about, type: 'table', data: JSON.stringify(table) });

export const createMarkdownArtifact = ({ markdown, ...about }: About & { markdown: string }): Promise<string> =>
  create({ ...about, type: 'markdown', data: markdown });

export const createLinkArtifact = ({
  link,
  linkText,
  ...about
}: About & { link: string; linkText?: string }): Promise<string> =>
  create({ ...about, type: 'markdown', data: `[${linkText ?? link}](${link})` });

/** A bar that fills, from 0 to 100. Answers the id for `updateProgressArtifact`. */
export const createProgressArtifact = ({ progress, ...about }: About & { progress: number }): Promise<string> =>
  create({ ...about, type: 'progress', data: progress });

export async function updateProgressArtifact(
  id: string,
  { progress, description }: { progress: number; description?: string },
): Promise<void> {
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
