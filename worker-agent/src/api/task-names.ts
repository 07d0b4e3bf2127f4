import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api.js';
import type { LogJson } from './wire.js';

const askAtOnce = 200;
const askAgainMs = 250;

type Line = Pick<LogJson, 'task_run_id'>;

/** The names of the task runs that lines of a log are of. */
export class TaskNames {
  private readonly known = new Map<string, string>();
  /** Waited for long enough: one that comes after all is learnt with its next line. */
  private readonly missed = new Set<string>();

  constructor(private readonly api: Pick<Api, 'taskRunNames'>) {}

  of({ task_run_id: id }: Line): string | null {
    return (id && this.known.get(id)) ?? null;
  }

  /** Asks for those of these lines, together, and again for a while. Without them the lines are told all the same. */
  async learn(logs: readonly Line[], patienceMs = 0): Promise<void> {
    const until = Date.now() + patienceMs;
    await this.ask(this.unknownIn(logs));
    while (Date.now() < until && this.awaitedIn(logs).length > 0) {
      await sleep(askAgainMs);
      await this.ask(this.awaitedIn(logs));
    }
    for (const id of this.unknownIn(logs)) this.missed.add(id);
  }

  private unknownIn(logs: readonly Line[]): string[] {
    return [...new Set(logs.flatMap(({ task_run_id: id }) => (id && !this.known.has(id) ? [id] : [])))];
  }

  private awaitedIn(logs: readonly Line[]): string[] {
    return this.unknownIn(logs).filter((id) => !this.missed.has(id));
  }

  private async ask(ids: string[]): Promise<void> {
    for (let at = 0; at < ids.length; at += askAtOnce) {
      const found = await this.api.taskRunNames(ids.slice(at, at + askAtOnce)).catch(() => []);
      for (const { id, name } of found) this.known.set(id, name);
    }
  }
}
