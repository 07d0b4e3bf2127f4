import type { Broadcast, Listener } from './broadcast.js';

/** What a workspace tells, until it is stopped. */
export type Feed<T> = { readonly broadcast: Broadcast<T>; stop(): void };

/** What workspaces tell those who listen: begun with the first who listens, stopped with the last. */
export class Feeds<T> {
  private readonly feeds = new Map<string, Feed<T>>();

  constructor(private readonly begin: (workspaceId: string) => Feed<T>) {}

  /** Answers the function that ends it. */
  listen(workspaceId: string, listener: Listener<T>): () => void {
    const feed = this.feeds.get(workspaceId) ?? this.begin(workspaceId);
    this.feeds.set(workspaceId, feed);
    const end = feed.broadcast.listen(listener);
    return () => {
      end();
      if (feed.broadcast.size > 0 || this.feeds.get(workspaceId) !== feed) return;
      feed.stop();
      this.feeds.delete(workspaceId);
    };
  }
}
