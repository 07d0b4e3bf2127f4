import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Holder, type Holders } from '../access/holders.js';
import { unauthenticated } from '../errors/app-error.js';
import { whoseIs } from '../fair/fair-requests.js';
import { isReadBy } from './readers.js';
import type { HeadgateRequest } from './request.js';

/** Shorter ones are with the connection at once. */
const longMin = 256 * 1024;
const pieceSize = 128 * 1024;
/** Who has not read the whole answer by then takes their time: from now on it is looked after whether they still may. */
const quickMs = 250;

/**
 * An answer that is written already, given to the connection as it is read. So it can be seen how far it has been read, and
 * the rest of it can be kept back.
 */
export class AnswerInPieces extends Readable {
  private at = 0;

  constructor(private answer: string | Buffer) {
    super({ highWaterMark: 0 });
  }

  /** What it says, as long as nothing of it has gone. */
  get whole(): string | Buffer {
    return this.answer;
  }

  get heldBytes(): number {
    return this.answer.length - this.at;
  }

  override _read(): void {
    if (this.heldBytes === 0) return void this.push(null);
    const { answer, at } = this;
    this.at = pieceEnd(answer, at);
    this.push(typeof answer === 'string' ? answer.slice(at, this.at) : answer.subarray(at, this.at));
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    [this.answer, this.at] = ['', 0];
    done(error);
  }
}

/** Characters of two units stay whole. */
function pieceEnd(answer: string | Buffer, at: number): number {
  const end = at + pieceSize;
  if (end >= answer.length) return answer.length;
  return typeof answer === 'string' && isFirstOfTwo(answer.charCodeAt(end - 1)) ? end + 1 : end;
}

const isFirstOfTwo = (code: number): boolean => code >= 0xd800 && code < 0xdc00;

/**
 * Long answers to those who are known. They end with the right to them, and are counted as long as they are not read
 * (`Connections`). After all that looks at what an answer says.
 */
export function sendInPieces(fastify: FastifyInstance, holders: Holders): void {
  fastify.addHook('onSend', (received, reply, answer, done) => {
    const request = received as HeadgateRequest;
    const isText = typeof answer === 'string' || Buffer.isBuffer(answer);
    // To who has left meanwhile nothing is said, which is no failure of ours.
    if (request.raw.socket.destroyed) return done(null, answer);
    if (!isText || answer.length < longMin || request.method === 'HEAD' || !request.actor) return done(null, answer);
    const pieces = new AnswerInPieces(answer);
    isReadBy(request.raw.socket, { owner: whoseIs(request), heldBytes: () => pieces.heldBytes });
    endWithRight(request, reply, pieces, holders);
    reply.header('content-length', Buffer.byteLength(answer));
    done(null, pieces);
  });
}

function endWithRight(request: HeadgateRequest, reply: FastifyReply, pieces: Readable, holders: Holders): void {
  const { actor, granted = [] } = request;
  if (!actor || actor.kind === 'system') return;
  const end = () => {
    // What lies on its way in the kernel's hands, some megabytes, is not delivered either.
    reply.raw.socket?.resetAndDestroy();
    pieces.destroy(unauthenticated());
  };
  let release: () => void = () => undefined;
  const timer = setTimeout(() => {
    const holder = new Holder(actor, { end });
    for (const { access, need } of granted) holder.needs(access, need);
    release = holders.add(holder);
  }, quickMs).unref();
  reply.raw.once('close', () => {
    clearTimeout(timer);
    release();
  });
}
