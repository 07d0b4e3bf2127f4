import { AppError, unavailable } from '../errors/app-error.js';

const megabyte = 1024 * 1024;
export const bodyRoomLimits = { ownerBytesMax: 64 * megabyte, bytesMax: 256 * megabyte };
/** What a piece takes beside its bytes: a body may come in pieces of one. */
const pieceBytes = 256;

const tooMuchOfOwner = () =>
  new AppError(
    'tooMany',
    'Too much of yours is on its way here at once. Please try again later.',
    {},
    { retryAfterSeconds: 2 },
  );
const tooMuchOfAll = () => unavailable('Too much is on its way here at once. Please try again later.');

type Owner = { name: string; bytes: number; bodies: Set<KeptBody> };
export type KeptBody = { readonly owner: Owner; bytes: number; drop: (why: AppError) => void };

/**
 * What has come of bodies with which nobody can do anything yet: that are not whole, or wait for their turn. Where it is too
 * much of one owner, or of all together, the largest body goes, of who has most: what is small always gets through.
 */
export class BodyRoom {
  private readonly owners = new Map<string, Owner>();
  private bytes = 0;

  constructor(private readonly limits = bodyRoomLimits) {}

  /** `drop` says why it has to go; whoever is told lets go of what has come, and says that it has ended. It may change hands. */
  begin(name: string, drop: (why: AppError) => void): KeptBody {
    const owner = this.owners.get(name) ?? { name, bytes: 0, bodies: new Set() };
    this.owners.set(name, owner);
    const body = { owner, bytes: 0, drop };
    owner.bodies.add(body);
    return body;
  }

  /** A piece has come and is kept, unless this body is the one that goes for it. */
  grow(body: KeptBody, pieceLength: number): void {
    const bytes = pieceLength + pieceBytes;
    body.bytes += bytes;
    body.owner.bytes += bytes;
    this.bytes += bytes;
    if (body.owner.bytes > this.limits.ownerBytesMax) largest(body.owner.bodies).drop(tooMuchOfOwner());
    if (this.bytes > this.limits.bytesMax) largest(largest(this.owners.values()).bodies).drop(tooMuchOfAll());
  }

  /** It has its turn, or nobody waits for it. */
  end(body: KeptBody): void {
    const { owner } = body;
    if (!owner.bodies.delete(body)) return;
    owner.bytes -= body.bytes;
    this.bytes -= body.bytes;
    if (owner.bodies.size === 0) this.owners.delete(owner.name);
  }
}

function largest<T extends { bytes: number }>(all: Iterable<T>): T {
  const [first, ...others] = all;
  return others.reduce((most, each) => (each.bytes > most.bytes ? each : most), first!);
}
