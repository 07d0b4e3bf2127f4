import { Inject, Injectable } from '@nestjs/common';
import type { LogJson } from '@headgate/contracts/rest/logs';
import { Turns } from '../../core/fair/turns.js';
import { Broadcast } from '../../core/live/broadcast.js';
import { Feeds } from '../../core/live/feeds.js';
import { Live, topics } from '../../core/live/live.js';

const frameOf = (log: LogJson): string => JSON.stringify({ type: 'log', log });

/** The new log lines of workspaces that somebody listens to. */
@Injectable()
export class LogFeed extends Feeds<LogJson> {
  constructor(@Inject(Live) live: Live, @Inject(Turns) turns: Turns) {
    super((workspaceId) => {
      const broadcast = new Broadcast<LogJson>(turns, workspaceId, frameOf);
      const stop = live.subscribe(topics.logs(workspaceId), (lines) => broadcast.give(lines as LogJson[]));
      return { broadcast, stop };
    });
  }
}
