import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createTableArtifact, flow, getRunContext, getRunLogger, task, unmapped } from '@headgate/sdk';
import { z } from 'zod';
import { figuresOf, together, type Commit, type Figures } from './git-figures.js';

const git = promisify(execFile);
const largestOutput = 64 * 1024 * 1024;

async function run(repository: string, args: string[]): Promise<string> {
  const { signal } = getRunContext();
  const { stdout } = await git('git', ['-C', repository, ...args], { maxBuffer: largestOutput, signal });
  return stdout;
}

/** Hashes of the newest commits. A shallow clone has fewer of them, and that is fine. */
const listCommits = task(
  async (repository: string, limit: number) =>
    (await run(repository, ['rev-list', `--max-count=${limit}`, 'HEAD'])).split('\n').filter(Boolean),
  {
    name: 'list commits',
  },
);

const inBatches = task(
  (hashes: string[], size: number) =>
    Array.from({ length: Math.ceil(hashes.length / size) }, (_, index) =>
      hashes.slice(index * size, (index + 1) * size),
    ),
  { name: 'make batches' },
);

/** Author, day and changed lines of the commits of a batch. */
const readCommits = task(
  async (hashes: string[], repository: string): Promise<Commit[]> => {
    const text = await run(repository, [
      'log',
      '--no-walk=unsorted',
      '--numstat',
      '--format=%x1e%H%x1f%an%x1f%aI',
      ...hashes,
    ]);
    return text.split('\x1e').slice(1).map(parseCommit);
  },
  { name: 'read commits', retries: 2, retryDelaySeconds: 1 },
);

function parseCommit(text: string): Commit {
  const [head = '', ...changes] = text.split('\n').filter(Boolean);
  const [hash = '', author = '', time = ''] = head.split('\x1f');
  const numbers = changes.map((line) => line.split('\t').map((part) => Number(part) || 0));
  const sum = (column: number) => numbers.reduce((total, row) => total + (row[column] ?? 0), 0);
  return { hash, author, time, added: sum(0), removed: sum(1) };
}

const countBatch = task((commits: Commit[]) => figuresOf(commits), { name: 'count batch' });

const writeReport = task(
  async (figures: Figures, file: string) => {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(figures, null, 2)}\n`);
    return file;
  },
  { name: 'write report', retries: 1 },
);

const publish = task(
  (figures: Figures) =>
    createTableArtifact({
      key: 'git-history',
      description: `${figures.commits} commits by author`,
      table: figures.authors,
    }),
  { name: 'publish table' },
);

/** Reads a repository's history and makes figures of it: how much was changed each week, and by whom. */
export const gitHistoryEtl = flow(
  async ({ repository, limit, batchSize, output }) => {
    const hashes = listCommits.submit(repository, limit);
    const batches = await inBatches(hashes, batchSize);
    const counted = countBatch.map(readCommits.map(batches, unmapped(repository)));
    const figures = together(await Promise.all(counted.map((future) => future.result())));
    const file = await writeReport(figures, resolve(output));
    await publish(figures);
    getRunLogger().info(
      `${count(figures.commits, 'commit')} of ${count(figures.authors.length, 'author')} in ${count(figures.weeks.length, 'week')}: ${file}`,
    );
    return figures;
  },
  {
    name: 'git-history-etl',
    description: 'Extracts the commits of a repository, counts them by week and author, and publishes a table.',
    concurrency: 4,
    parameters: z.object({
      repository: z.string().default('.').describe('A folder inside of the clone'),
      limit: z.number().int().min(1).default(500).describe('At most so many commits, the newest ones'),
      batchSize: z.number().int().min(1).max(500).default(50).describe('Commits per task'),
      output: z.string().default('out/git-history.json').describe('The file to write'),
    }),
  },
);

const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`;
