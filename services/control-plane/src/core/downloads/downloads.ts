import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Ctx } from '../access/ctx.js';
import { Holder, Holders } from '../access/holders.js';
import type { Scope } from '../access/scopes.js';
import { AppError, unauthenticated, unavailable } from '../errors/app-error.js';
import { ownerOf } from '../fair/owners.js';
import { Turns } from '../fair/turns.js';
import { Download, type NextPiece } from './download.js';

/** How many go on at once, of all and of one account, and what they hold together. */
const max = { all: 100, ofOwner: 16, heldBytes: 64 * 1024 * 1024 };
/** Whose piece has lain for so long makes way for who comes. */
const patienceMs = 10_000;
const retryAfterSeconds = 5;

const tooMany = (whose: string) =>
  new AppError('tooMany', `Too many downloads${whose} go on. Please try again later.`, {}, { retryAfterSeconds });

const madeWay = () => unavailable('This download was not read for too long, and made way for others.');

type Open = { download: Download; owner: string };

/**
 * The answers of this process that are made while they are read. They are few of each account, each piece takes its turn,
 * and they end with the right to them.
 */
@Injectable()
export class Downloads {
  private readonly open = new Set<Open>();

  constructor(
    @Inject(Turns) private readonly turns: Turns,
    @Inject(Holders) private readonly holders: Holders,
  ) {}

  /** Sends what has the headers already. */
  send(ctx: Ctx, scope: Scope, reply: FastifyReply, next: NextPiece): FastifyReply {
    // Who asks for the head alone is given no body, and Fastify would read it to its end.
    if (reply.request.method === 'HEAD') return reply.send(Readable.from([]));
    const owner = ownerOf(ctx.workspaceId);
    this.findRoom(owner);
    const download: Download = new Download(
      () => this.turns.during('downloads', ctx.workspaceId, async () => (download.destroyed ? null : next())),
      () => this.keepWithinBytes(),
    );
    const open = { download, owner };
    this.open.add(open);
    const release = this.endWithRight(ctx, scope, () => {
      // What lies on its way in the kernel's hands, some megabytes, is not delivered either.
      if (reply.raw.headersSent) reply.raw.socket?.resetAndDestroy();
      download.destroy(unauthenticated());
    });
    download.once('close', () => {
      this.open.delete(open);
      release();
    });
    return reply.send(download);
  }

  private endWithRight({ actor, workspaceId }: Ctx, scope: Scope, end: () => void): () => void {
    if (actor.kind === 'system') return () => undefined;
    const holder = new Holder(actor, { end });
    holder.needs({ workspaceId }, scope);
    return this.holders.add(holder);
  }

  private findRoom(owner: string): void {
    const ofOwner = [...this.open].filter((each) => each.owner === owner);
    if (ofOwner.length >= max.ofOwner && !makesWay(ofOwner)) throw tooMany(' of this account');
    if (this.open.size >= max.all && !makesWay([...this.open])) throw tooMany('');
  }

  /** A piece is as large as a line of a tenant may be. */
  private keepWithinBytes(): void {
    const holding = [...this.open].filter(({ download }) => download.heldBytes > 0).sort(byPatience);
    let held = holding.reduce((sum, { download }) => sum + download.heldBytes, 0);
    for (const { download } of holding) {
      if (held <= max.heldBytes) return;
      held -= download.heldBytes;
      download.destroy(madeWay());
    }
  }
}

const byPatience = (one: Open, other: Open): number => one.download.heldSince - other.download.heldSince;

/** Whether somebody of them has. */
function makesWay(all: Open[]): boolean {
  const [first] = all.sort(byPatience);
  if (!first || performance.now() - first.download.heldSince < patienceMs) return false;
  first.download.destroy(madeWay());
  return true;
}
