import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { newId } from '@headgate/contracts';
import { makeGroup, makeHome } from './cgroup.js';
import type { TreeRoot } from './process-tree.js';

/** What the watchdog is told. Nothing answers. */
export type WatchdogWord = { kind: 'started'; root: TreeRoot } | { kind: 'ended'; mark: string };

/** The built file, also when this one is read as TypeScript. */
const program = fileURLToPath(new URL('../../dist/processes/watchdog-process.js', import.meta.url));

/** The marks of all trees of this process begin with it. */
export const ownMark = newId();

/**
 * A process that ends our trees when we cannot: it hears the end of this process, however that came, from its end of the
 * pipe. Whoever kills the watchdog itself finds another one in its place.
 */
class Watchdog {
  private readonly roots = new Map<string, TreeRoot>();
  private child: ChildProcess | null = null;
  private trees = 0;
  private home: string | null | undefined;

  /** Where the control groups of our trees are to be; null where there can be none. */
  get cgroups(): string | null {
    if (this.home === undefined) this.home = makeHome(ownMark);
    return this.home;
  }

  /** Before a process is started: from here on nothing can outlive us unseen. Answers by what its tree is to be known. */
  next(): Pick<TreeRoot, 'mark' | 'cgroup'> {
    this.child ??= this.start();
    this.trees += 1;
    const cgroup = this.cgroups === null ? null : makeGroup(this.cgroups, String(this.trees));
    return { mark: `${ownMark}.${this.trees}`, cgroup };
  }

  watch(root: TreeRoot): void {
    this.roots.set(root.mark, root);
    this.tell({ kind: 'started', root });
  }

  /** Nothing is left of it. */
  forget(mark: string): void {
    if (this.roots.delete(mark)) this.tell({ kind: 'ended', mark });
  }

  private tell(word: WatchdogWord): void {
    if (this.child?.connected) this.child.send(word, () => undefined);
  }

  private start(): ChildProcess {
    // Detached: Ctrl-C in the terminal reaches us, and we drain; it must not reach the watchdog.
    const child = fork(program, [ownMark, this.cgroups ?? ''], {
      stdio: 'ignore',
      detached: true,
      execArgv: ['--max-old-space-size=64'],
    });
    child.on('error', () => undefined);
    child.once('exit', () => {
      if (this.child !== child) return;
      this.child = this.start();
      for (const root of this.roots.values()) this.tell({ kind: 'started', root });
    });
    child.unref();
    child.channel?.unref();
    return child;
  }
}

export const watchdog = new Watchdog();
