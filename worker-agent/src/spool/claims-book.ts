import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isGone, ownerIn } from '../processes/owner.js';
import type { ProcessTable } from '../processes/process-table.js';

/** `owner`: the mark by which the processes of this agent are known. */
export type Page = { owner: string; agentId: string; apiUrl: string; claimIds: string[] };

/** No lease lasts for longer (an hour at most): whom the page was for has heard of it by then. */
const worthlessAfterMs = 2 * 3_600_000;
const ext = '.json';

/**
 * Which claims an agent has, on disk. Its watchdog knows them too, and is faster; this is for the next agent of the same
 * home, should both have been killed at once.
 */
export class ClaimsBook {
  private readonly path: string;
  private written = '';

  constructor(
    private readonly folder: string,
    private readonly own: Omit<Page, 'claimIds'>,
  ) {
    this.path = join(folder, `${own.agentId}${ext}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** A page is whole or is not there. Where the disk is full, the leases are waited for. */
  write(claimIds: string[]): void {
    const text = JSON.stringify({ ...this.own, claimIds } satisfies Page);
    if (text === this.written) return;
    try {
      writeFileSync(`${this.path}.new`, text, { mode: 0o600 });
      renameSync(`${this.path}.new`, this.path);
      this.written = text;
    } catch {
      this.close();
    }
  }

  /** Of agents of the same workspace that are certainly gone. */
  leftBy(table: ProcessTable): Page[] {
    return readdirSync(this.folder)
      .filter((name) => name.endsWith(ext) && join(this.folder, name) !== this.path)
      .flatMap((name) => this.read(join(this.folder, name)))
      .filter(({ owner, apiUrl }) => {
        const its = ownerIn(owner);
        return apiUrl === this.own.apiUrl && its !== null && isGone(its, table);
      });
  }

  remove({ agentId }: Pick<Page, 'agentId'>): void {
    rmSync(join(this.folder, `${agentId}${ext}`), { force: true });
  }

  close(): void {
    this.remove(this.own);
  }

  private read(path: string): Page[] {
    try {
      if (statSync(path).mtimeMs < Date.now() - worthlessAfterMs) {
        rmSync(path, { force: true });
        return [];
      }
      return [JSON.parse(readFileSync(path, 'utf8')) as Page];
    } catch {
      // Another agent has just removed it, or it was never whole.
      return [];
    }
  }
}
