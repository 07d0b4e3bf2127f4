import type { Config } from '../../../core/config/config.js';
import type { ApiPresence } from '../claims/api-presence.js';

/**
 * The time in which the control plane itself was away: while no api was up nobody could be heard, and whoever was silent
 * then is not to blame. A process that has just started does not know how long that was, and takes it that it was away.
 * Each loop that judges silence has one of its own.
 */
export class Absence {
  /** Not at the start itself, which needs no database: it may be away then. */
  private isFirst: boolean;
  private restsUntil = 0;

  /** For `restMs` after each absence all get the time to speak up. */
  constructor(
    private readonly presence: ApiPresence,
    config: Pick<Config, 'process'>,
    private readonly restMs: number,
  ) {
    this.isFirst = config.process === 'loops';
  }

  /**
   * Whether silence says nothing yet. In each pass of the absence itself `excuse` is called first, to put off what the
   * database reckons with; when it fails, the next pass calls it again.
   */
  async excuses(excuse: () => Promise<unknown>): Promise<boolean> {
    if (!this.isFirst && (await this.presence.isAnyApiUp())) return Date.now() < this.restsUntil;
    await excuse();
    this.restsUntil = Date.now() + this.restMs;
    this.isFirst = false;
    return true;
  }
}
