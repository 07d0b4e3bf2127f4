import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Config } from '../config/config.js';
import { LOGGER } from '../log/log.module.js';
import type { Logger } from '../log/logger.js';
import { ownerOf } from '../fair/owners.js';
import { AccessChanges, type AccessChange } from './access-changes.js';
import { unauthenticated } from '../errors/app-error.js';
import type { Actor, Ctx } from './ctx.js';
import { Identity, type Standing } from './identity.js';
import type { Scope } from './scopes.js';

/** What lives on after its right was looked at: a socket, a long poll. */
export type HolderEnds = {
  /** The right is gone. */
  end(): void;
  /** The right is in doubt: until `goOn`, or `end`, nothing that comes in counts. */
  wait?(): void;
  goOn?(): void;
};

/** A credential, and the scopes that were found in workspaces when it came in. */
export class Holder {
  private readonly scopes = new Map<string, Set<Scope>>();
  private readonly accountIds = new Set<string>();
  /** When the credential has to be asked about again by itself. */
  until: number;

  constructor(
    readonly actor: Exclude<Actor, { kind: 'system' }>,
    readonly ends: HolderEnds,
  ) {
    this.until = actor.until;
  }

  get credentialId(): string {
    return this.actor.via === 'session' ? this.actor.sessionId : this.actor.apiKeyId;
  }

  get workspaceIds(): ReadonlySet<string> {
    return new Set(this.scopes.keys());
  }

  /** From now on it also lives on this scope. */
  needs(access: { workspaceId: string; accountId?: string }, scope: Scope): void {
    const known = this.scopes.get(access.workspaceId);
    if (known) known.add(scope);
    else this.scopes.set(access.workspaceId, new Set([scope]));
    this.accountIds.add(access.accountId ?? ownerOf(access.workspaceId));
  }

  concernedBy(change: AccessChange): boolean {
    if (change === null) return true;
    if ('credentialId' in change) return change.credentialId === this.credentialId;
    if ('userId' in change) return change.userId === this.actor.userId;
    if ('workspaceId' in change) return this.scopes.has(change.workspaceId);
    return this.accountIds.has(change.accountId);
  }

  mayStay({ accesses }: Standing): boolean {
    for (const [workspaceId, scopes] of this.scopes) {
      const access = accesses.get(workspaceId);
      for (const scope of scopes) if (!access?.scopes.has(scope)) return false;
    }
    return true;
  }
}

/** A holder, and the workspaces that it had when it was asked about. */
type Asked = { holder: Holder; workspaceIds: ReadonlySet<string> };

const tickMs = 500;

/**
 * All that is open on this replica by somebody's right. Whom a change concerns is asked about at once, everybody now and
 * then all the same (messages may be lost), and who has outlived their credential when it ends. Each credential is asked
 * about once, however much it holds open.
 */
@Injectable()
export class Holders implements OnModuleInit, OnModuleDestroy {
  private readonly all = new Set<Holder>();
  private doubtful = new Set<Holder>();
  private asking: Promise<void> | null = null;
  private askedAllAt = Date.now();
  private stopListening: () => void = () => undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(Identity) private readonly identity: Identity,
    @Inject(AccessChanges) private readonly changes: AccessChanges,
    @Inject(Config) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.stopListening = this.changes.subscribe((change) => this.heard(change));
    this.timer = setInterval(() => this.tick(), tickMs).unref();
  }

  onModuleDestroy(): void {
    this.stopListening();
    clearInterval(this.timer);
  }

  /**
   * Answers the function that says that it is over by itself. What lives long is asked about at once: its right may have
   * gone between the look and the door.
   */
  add(holder: Holder, livesLong = true): () => void {
    this.all.add(holder);
    if (livesLong) this.doubt([holder]);
    return () => {
      this.all.delete(holder);
      this.doubtful.delete(holder);
    };
  }

  /** Work that may take long: when the right to it ends, `gone` is aborted, and nothing of it is handed out. */
  async during<T>(ctx: Ctx, scope: Scope, gone: AbortController, work: () => Promise<T>): Promise<T> {
    if (ctx.actor.kind === 'system') return work();
    let revoked = false;
    const end = () => {
      revoked = true;
      gone.abort();
    };
    const holder = new Holder(ctx.actor, { end });
    holder.needs(ctx, scope);
    const release = this.add(holder, false);
    try {
      const answer = await work();
      if (revoked) throw unauthenticated();
      return answer;
    } finally {
      release();
    }
  }

  private heard(change: AccessChange): void {
    const concerned = [...this.all].filter((holder) => holder.concernedBy(change));
    // Only who is named waits: after a gap most have lost nothing.
    if (change !== null) for (const holder of concerned) holder.ends.wait?.();
    this.doubt(concerned);
  }

  private tick(): void {
    const now = Date.now();
    if (now - this.askedAllAt >= this.config.sockets.recheckSeconds * 1000) {
      this.askedAllAt = now;
      this.doubt(this.all);
    } else {
      this.doubt([...this.all].filter((holder) => holder.until <= now));
    }
  }

  private doubt(holders: Iterable<Holder>): void {
    for (const holder of holders) this.doubtful.add(holder);
    if (this.doubtful.size > 0) this.asking ??= this.ask().finally(() => (this.asking = null));
  }

  /** Until nobody is in doubt: who is named while an answer is on its way is asked about again. */
  private async ask(): Promise<void> {
    // Those who come in the same turn are asked about together.
    await Promise.resolve();
    while (this.doubtful.size > 0) {
      const asked = [...this.doubtful].map((holder) => ({ holder, workspaceIds: holder.workspaceIds }));
      this.doubtful = new Set();
      try {
        this.judge(asked, await this.identity.standingOf(questionsOf(asked)));
      } catch (error) {
        this.log.warn({ err: error }, 'rights of open connections cannot be looked at');
        this.leaveInDoubt(asked);
        return;
      }
    }
  }

  private judge(asked: Asked[], standings: ReadonlyMap<string, Standing>): void {
    const now = Date.now();
    for (const { holder, workspaceIds } of asked) {
      if (!this.all.has(holder) || this.doubtful.has(holder)) continue;
      // Who came into another workspace meanwhile is asked about again: the answer knows nothing of it.
      if ([...holder.workspaceIds].some((id) => !workspaceIds.has(id))) {
        this.doubtful.add(holder);
        continue;
      }
      const standing = standings.get(holder.credentialId);
      if (!standing || standing.until <= now || !holder.mayStay(standing)) this.end(holder);
      else {
        holder.until = standing.until;
        holder.ends.goOn?.();
      }
    }
  }

  /** Without an answer nobody is sent away; the next tick asks again. */
  private leaveInDoubt(asked: Asked[]): void {
    for (const { holder } of asked) {
      if (!this.all.has(holder)) continue;
      this.doubtful.add(holder);
      holder.ends.goOn?.();
    }
  }

  private end(holder: Holder): void {
    this.all.delete(holder);
    holder.ends.end();
  }
}

function questionsOf(asked: Asked[]) {
  const questions = new Map<string, { actor: Actor; workspaceIds: Set<string> }>();
  for (const { holder, workspaceIds } of asked) {
    const { credentialId, actor } = holder;
    const question = questions.get(credentialId) ?? { actor, workspaceIds: new Set() };
    for (const id of workspaceIds) question.workspaceIds.add(id);
    questions.set(credentialId, question);
  }
  return [...questions.values()];
}
