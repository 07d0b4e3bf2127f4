import type { Api } from '../api/api.js';
import { isPassing } from '../api/http.js';
import type { JobTemplate } from '../api/wire.js';

const freshMs = 60_000;

/** The job template of a pool, asked for when a run needs it and at most once a minute. */
export class PoolTemplate {
  private template: JobTemplate | null = null;
  private askedAt = -Infinity;
  private asking: Promise<JobTemplate> | null = null;

  constructor(
    private readonly api: Api,
    private readonly pool: string,
  ) {}

  /** In an outage the last one known serves on. */
  async get(): Promise<JobTemplate> {
    if (this.template && performance.now() - this.askedAt < freshMs) return this.template;
    this.asking ??= this.ask().finally(() => (this.asking = null));
    return this.asking;
  }

  private async ask(): Promise<JobTemplate> {
    try {
      this.template = (await this.api.getWorkPool(this.pool)).base_job_template;
      this.askedAt = performance.now();
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
    return this.template ?? {};
  }
}
