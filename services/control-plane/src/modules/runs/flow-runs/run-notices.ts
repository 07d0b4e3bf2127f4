import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/access/ctx.js';
import { LOGGER } from '../../../core/log/log.module.js';
import type { Logger } from '../../../core/log/logger.js';

type Write = (ctx: Ctx, flowRunId: string, message: string) => Promise<void>;

/**
 * What the system has to say to the people who look at a run: a warning in its log, once. The module of logs, which knows
 * runs, writes it.
 */
@Injectable()
export class RunNotices {
  private write: Write | null = null;

  constructor(@Inject(LOGGER) private readonly log: Logger) {}

  writeWith(write: Write): void {
    this.write = write;
  }

  /** Beside the request: a notice is never why a run does not go on. */
  tell(ctx: Ctx, flowRunId: string, message: string): void {
    this.write?.(ctx, flowRunId, message).catch((err: unknown) =>
      this.log.warn({ err, flowRunId }, 'no notice written'),
    );
  }
}
