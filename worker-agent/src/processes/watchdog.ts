import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { makeGroup, makeHome } from './cgroup.js';
import { findConnection } from '../settings/connection.js';
import { homeFolder } from '../settings/config-file.js';
import { markOfOwner, placeOf, selfAt } from './owner.js';
import type { TreeRoot } from './process-tree.js';
import type { WatchdogWord, WatchedAgent } from './watchdog-words.js';

/** The built file, also when this one is read as TypeScript. */
const program = fileURLToPath(new URL('../../dist/processes/watchdog-process.js', import.meta.url));

/** For whom this process works. */
export const ownPlace = (): string => placeOf(homeFolder(), findConnection()?.server ?? '');

let mark: string | null = null;
/** The marks of all trees of this process begin with it. */
export const ownMark = (): string => (mark ??= markOfOwner(selfAt(ownPlace())));

/**
 * A process that ends our trees when we cannot: it hears the end of this process, however that came, from its end of the
 * pipe. Whoever kills the watchdog itself finds another one in its place.
 */
class Watchdog {
  /** What another one has to be told. */
  private readonly known = new Map<string, WatchdogWord[]>();
  private child: ChildProcess | null = null;
  private trees = 0;
  private home: string | null | undefined;

  /** Where the control groups of our trees are to be; null where there can be none. */
  get cgroups(): string | null {
    if (this.home === undefined) this.home = makeHome(ownMark());
    return this.home;
  }

  /** Before a process is started: from here on nothing can outlive us unseen. Answers by what its tree is to be known. */
  next(): Pick<TreeRoot, 'mark' | 'cgroup'> {
    if (!this.child) this.start();
    this.trees += 1;
    const cgroup = this.cgroups === null ? null : makeGroup(this.cgroups, String(this.trees));
    return { mark: `${ownMark()}.${this.trees}`, cgroup };
  }

  watch(root: TreeRoot): void {
    this.tellLasting(root.mark, [{ kind: 'started', root }]);
  }

  /** Then it is ended, unless we say another time before. */
  keepUntil(mark: string, at: number): void {
    const [started] = this.known.get(mark) ?? [];
    if (started) this.tellLasting(mark, [started, { kind: 'until', mark, at }]);
  }

  /** The control plane hears of our end, also of an agent that has nothing to do; of its claims when nothing is left. */
  answerFor(agent: WatchedAgent): void {
    this.tellLasting('agent', [{ kind: 'agent', agent }]);
    if (!this.child) this.start();
  }

  /** We have said it ourselves. */
  keepSilent(): void {
    if (this.known.delete('agent')) this.tell({ kind: 'agent', agent: null });
  }

  /** Nothing is left of it. */
  forget(mark: string): void {
    if (this.known.delete(mark)) this.tell({ kind: 'ended', mark });
  }

  private tellLasting(key: string, words: WatchdogWord[]): void {
    this.known.set(key, words);
    this.tell(words.at(-1)!);
  }

  private tell(word: WatchdogWord): void {
    if (this.child?.connected) this.child.send(word, () => undefined);
  }

  private start(): void {
    // Detached: Ctrl-C in the terminal reaches us, and we drain; it must not reach the watchdog.
    const child = fork(program, [ownMark(), this.cgroups ?? ''], {
      stdio: ['pipe', 'ignore', 'ignore', 'ipc'],
      detached: true,
      execArgv: ['--max-old-space-size=64'],
    });
    child.on('error', () => undefined);
    // What is sent while it still loads is lost when we end meanwhile; what stands in its pipe is not.
    child.stdin!.on('error', () => undefined).end(JSON.stringify([...this.known.values()].flat()));
    child.once('exit', () => {
      if (this.child === child) this.start();
    });
    child.unref();
    child.channel?.unref();
    this.child = child;
  }
}

export const watchdog = new Watchdog();
