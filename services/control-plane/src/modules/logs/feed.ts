import { Inject, Injectable } from '@nestjs/common';
import type { LogJson } from '@headgate/contracts/rest/logs';
import { Turns } from '../../core/fair/turns.js';
import { Broadcast, type Listener } from '../../core/live/broadcast.js';
import { Live, topics } from '../../core/live/live.js';

type Feed = { broadcast: Broadcast<LogJson>; stop: () => void };

const frameOf = (log: LogJson): string => JSON.stringify({ type: 'log', log });

/** The new log lines of workspaces that somebody listens to. */
@Injectable()
export class LogFeed {
  private readonly feeds = new Map<string, Feed>();

  constructor(
    @Inject(Live) private readonly live: Live,
    @Inject(Turns) private readonly turns: Turns,
  ) {}

  /** Answers the function that ends it. */
  listen(workspaceId: string, listener: Listener<LogJson>): () => void {
    const feed = this.feeds.get(workspaceId) ?? this.open(workspaceId);
    const end = feed.broadcast.listen(listener);
    return () => {
      end();
      if (feed.broadcast.size > 0 || this.feeds.get(workspaceId) !== feed) return;
      feed.stop();
      this.feeds.delete(workspaceId);
    };
  }

  private open(workspaceId: string): Feed {
    const broadcast = new Broadcast<LogJson>(this.turns, workspaceId, frameOf);
    const stop = this.live.subscribe(topics.logs(workspaceId), (lines) => broadcast.give(lines as LogJson[]));
    const feed = { broadcast, stop };
    this.feeds.set(workspaceId, feed);
    return feed;
  }
}
