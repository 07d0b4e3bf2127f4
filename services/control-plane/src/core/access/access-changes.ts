import { Inject, Injectable } from '@nestjs/common';
import { Live, topics } from '../live/live.js';

/**
 * What about somebody's rights has changed: a credential is gone (its id, and the key under which it is remembered), or
 * what a person may do, or who may enter a workspace or an account. Null: anything may have.
 */
export type AccessChange =
  | { credentialId: string; rememberedAs: string }
  | { userId: string }
  | { workspaceId: string }
  | { accountId: string }
  | null;

/** The one way by which changed rights reach all that remembers them or lives on them, on every replica. */
@Injectable()
export class AccessChanges {
  constructor(@Inject(Live) private readonly live: Live) {}

  /** After the commit. */
  publish(change: AccessChange): void {
    this.live.publish(topics.access, change);
  }

  /** A gap in the messages counts as a change of everything. Answers the function that ends it. */
  subscribe(listener: (change: AccessChange) => void): () => void {
    const ends = [
      this.live.subscribe(topics.access, (change) => listener(change as AccessChange)),
      this.live.onGap(() => listener(null)),
    ];
    return () => ends.forEach((end) => end());
  }
}
