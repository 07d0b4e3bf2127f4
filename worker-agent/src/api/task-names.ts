import type { Api } from './api.js';
import type { LogJson } from './wire.js';

const askAtOnce = 200;

/** The names of the task runs that lines of a log are of. One that is not known yet may be with its next line. */
export class TaskNames {
  private readonly known = new Map<string, string>();

  constructor(private readonly api: Pick<Api, 'taskRunNames'>) {}

  of({ task_run_id: id }: Pick<LogJson, 'task_run_id'>): string | null {
    return (id && this.known.get(id)) ?? null;
  }

  /** Asks for those of these lines, together. Without them the lines are told all the same. */
  async learn(logs: readonly Pick<LogJson, 'task_run_id'>[]): Promise<void> {
    const unknown = new Set(logs.flatMap(({ task_run_id: id }) => (id && !this.known.has(id) ? [id] : [])));
    const ids = [...unknown];
    for (let at = 0; at < ids.length; at += askAtOnce) {
      const found = await this.api.taskRunNames(ids.slice(at, at + askAtOnce)).catch(() => []);
      for (const { id, name } of found) this.known.set(id, name);
    }
  }
}
