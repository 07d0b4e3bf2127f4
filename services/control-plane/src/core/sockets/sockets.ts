import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { Ctx } from '../access/ctx.js';
import { Holder, Holders } from '../access/holders.js';
import { Identity, type WorkspaceAccess } from '../access/identity.js';
import type { Scope } from '../access/scopes.js';
import { claimIn, type UnderClaim } from '../access/under-claim.js';
import { apiKeyOf, keyOfCredential } from '../access/credentials.js';
import type { Address } from '../http/address.js';
import { LOGGER } from '../log/log.module.js';
import type { Logger } from '../log/logger.js';
import { closing } from './closing.js';
import { Frames } from './frames.js';
import type { Peer } from './peer.js';
import { noSeat, notLetIn } from './refusals.js';
import type { Seat } from './seats.js';
import { Upgrades, type Reception, type Visit } from './upgrades.js';

/** A websocket door of the workspace API, e.g. `/api/events/in`. */
export type SocketDoor = {
  path: RegExp;
  needs: Scope;
  frameBytesMax: number;
  /** What the closing frame says to who is not let in, or no longer, where the wire has a word of its own for it. */
  refusal?: string;
  /** Takes over an authenticated socket; `match` is what `path` captured. */
  handle(peer: Peer, frames: Frames, ctx: Ctx, match: RegExpExecArray): void | Promise<void>;
};

type Entrant = { ctx: Ctx & { actor: Known }; access: WorkspaceAccess };
type Visitor = { address: Address; claim: UnderClaim | null };
type Known = Exclude<Ctx['actor'], { kind: 'system' }>;

/**
 * The websockets of the workspace API. A socket proves itself by an `Authorization` header on the upgrade, or, with
 * the subprotocol `prefect`, by its first message `{"type":"auth","token":…}`. It lasts as long as its right.
 */
@Injectable()
export class Sockets {
  constructor(
    @Inject(Upgrades) private readonly upgrades: Upgrades,
    @Inject(Identity) private readonly identity: Identity,
    @Inject(Holders) private readonly holders: Holders,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  add(door: SocketDoor): void {
    this.upgrades.add({
      path: door.path,
      protocol,
      frameBytesMax: door.frameBytesMax,
      receive: (visit) => this.receive(door, visit),
    });
  }

  private async receive(door: SocketDoor, { request, address, match, seat }: Visit): Promise<Reception> {
    const key = apiKeyOf(request.headers.authorization);
    const speaks = /(^|,)\s*prefect\s*(,|$)/.test(request.headers['sec-websocket-protocol'] ?? '');
    if (!key && !speaks) return notLetIn(noKey);
    const visitor = { address, claim: claimIn(request.headers) };
    const early = key ? await this.enter(key, visitor, door.needs) : null;
    if (key && !early) return notLetIn(wrongKey);
    if (early && !seat.isOf(early.ctx.actor, early.ctx.workspaceId)) return noSeat;
    return async (peer) => {
      const frames = new Frames(peer);
      if (early) peer.isKnown(early.ctx.workspaceId);
      const entrant = speaks ? await this.greet(peer, frames, early, door, visitor, seat) : early;
      if (!entrant || peer.gone.aborted) return;
      this.holdOpen(peer, frames, entrant, door);
      await door.handle(peer, frames, entrant.ctx, match);
    };
  }

  private async greet(
    peer: Peer,
    frames: Frames,
    early: Entrant | null,
    door: SocketDoor,
    visitor: Visitor,
    seat: Seat,
  ): Promise<Entrant | null> {
    const refuse = (reason: string) => (peer.end({ code: 1008, reason: door.refusal ?? reason }), null);
    const hello = (await frames.nextJson()) as { type?: unknown; token?: unknown } | null;
    if (hello?.type !== 'auth') return refuse("Expected 'auth' message");
    let entrant = early;
    if (!entrant) {
      // Whoever is sure of being let in sends the next frame at once.
      peer.hasGreeted();
      frames.wait();
      const token = typeof hello.token === 'string' ? keyOfCredential(hello.token) : '';
      entrant = token ? await this.enter(token, visitor, door.needs) : null;
      if (!entrant) return refuse(hello.token ? wrongKey : noKey);
      if (peer.gone.aborted) return null;
      if (!seat.isOf(entrant.ctx.actor, entrant.ctx.workspaceId)) return (peer.end(closing.tooMany), null);
      peer.isKnown(entrant.ctx.workspaceId);
      frames.goOn();
    }
    peer.send('{"type":"auth_success"}');
    return entrant;
  }

  private async enter(key: string, { address, claim }: Visitor, needs: Scope): Promise<Entrant | null> {
    const actor = await this.identity.byApiKey(key);
    if (actor?.kind !== 'user') return null;
    const access = address.workspaceId
      ? await this.identity.accessTo(actor, address.workspaceId, address.accountId)
      : await this.identity.homeOf(actor);
    if (!access?.scopes.has(needs)) return null;
    const { workspaceId, scopes } = access;
    return { access, ctx: { actor, workspaceId, scopes, requestId: newId(), log: this.log, claim } };
  }

  /** For as long as the right lasts; while it is in doubt, what comes in waits. */
  private holdOpen(peer: Peer, frames: Frames, { ctx, access }: Entrant, door: SocketDoor): void {
    const holder = new Holder(ctx.actor, {
      end: () => peer.end({ ...closing.revoked, reason: door.refusal ?? closing.revoked.reason }),
      wait: () => frames.wait(),
      goOn: () => frames.goOn(),
    });
    holder.needs(access, door.needs);
    const release = this.holders.add(holder);
    peer.gone.addEventListener('abort', release, { once: true });
  }
}

const protocol = 'prefect';

// The client shows the reason to its user.
const wrongKey = 'Unauthorized: the API key is not valid for this workspace.';
/**
 * The client sends PREFECT_API_KEY over a websocket only to an address below PREFECT_CLOUD_API_URL, else this other setting.
 * A reason has 123 bytes at most.
 */
const noKey =
  'Unauthorized: no API key. Set PREFECT_API_AUTH_STRING to your key, or PREFECT_CLOUD_API_URL to the address of this API.';
