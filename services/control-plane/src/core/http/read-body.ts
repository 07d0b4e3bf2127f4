import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { AppError, badRequest } from '../errors/app-error.js';
import { enterGate, leaveGate, whoseIs } from '../fair/fair-requests.js';
import { batchMax, parseLongSent, parseSent, sentMax } from '../json/exact-json.js';
import { BodyRoom, type KeptBody } from './body-room.js';
import { lingerOver } from './linger.js';
import type { HeadgateRequest } from './request.js';

/** What is packed is small until it is unpacked. */
const packed = 'Bodies are taken as they are: send this one without Content-Encoding.';

/** Whoever sends less than this in so long holds a connection for nothing. */
const pace = { bytes: 5_000, seconds: 5 };
const tooSlow = `The body comes too slowly: ${pace.bytes.toLocaleString('en')} bytes in ${pace.seconds} seconds is the least.`;

type Done = (error: Error | null, value?: unknown) => void;
type Understand = (request: HeadgateRequest, text: string) => unknown;
type Reading = { request: HeadgateRequest; stream: IncomingMessage; done: Done; room: BodyRoom };

/**
 * Reads bodies, as long as who sends them may, and parses them. A body without a content type is JSON, and an empty one
 * is none: the wire has both.
 */
export function readBodies(fastify: FastifyInstance): void {
  const room = new BodyRoom();
  fastify.decorateRequest('bodyText', '');
  fastify.decorateRequest('bodyBytesMax', 0);
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (request, stream, done) => read({ request, stream, done, room }, parse));
  fastify.addContentTypeParser('text/plain', (request, stream, done) =>
    read({ request, stream, done, room }, (_, text) => text),
  );
}

function read({ request, stream, done, room }: Reading, understand: Understand): void {
  const { bodyBytesMax = 0 } = request;
  const refuse = (why: AppError) => {
    lingerOver(stream);
    done(why);
  };
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') return refuse(new AppError('invalid', packed, {}, { status: 415 }));
  if (Number(request.headers['content-length']) > bodyBytesMax) return refuse(tooLarge(bodyBytesMax));
  const chunks: Buffer[] = [];
  let [size, seen] = [0, 0];
  const giveUp = (why: AppError) => {
    letGo();
    room.end(kept);
    refuse(why);
  };
  const kept = room.begin(whoseIs(request), giveUp);
  const take = (chunk: Buffer) => {
    size += chunk.length;
    if (size > bodyBytesMax) return giveUp(tooLarge(bodyBytesMax));
    chunks.push(chunk);
    room.grow(kept, chunk.length);
  };
  const end = (error?: Error) => {
    const whole = error ? null : chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    letGo();
    if (whole) return finish(request, { whole, room, kept }, done, understand);
    room.end(kept);
    // Who hangs up meanwhile has sent half a body.
    done(Object.assign(error!, { statusCode: 400 }));
  };
  let isOver = false;
  const look = () => {
    if (isOver || size - seen >= pace.bytes) return void (seen = size);
    giveUp(new AppError('invalid', tooSlow, {}, { status: 408 }));
  };
  // After what has come while this process was busy with something else.
  const watch = setInterval(() => setImmediate(look), pace.seconds * 1000).unref();
  const letGo = () => {
    isOver = true;
    chunks.length = 0;
    clearInterval(watch);
    stream.off('data', take).off('end', end).off('error', end);
  };
  stream.on('data', take).on('end', end).on('error', end);
}

const tooLarge = (bytesMax: number) =>
  new AppError('tooLarge', `Request body is too large: ${bytesMax.toLocaleString('en')} bytes is the most.`);

/** A body that is whole. It stays in the room until it has its turn: there may be more of those than of unfinished ones. */
type Waiting = { whole: Buffer; room: BodyRoom; kept: KeptBody };

function finish(request: HeadgateRequest, waiting: Waiting, done: Done, understand: Understand): void {
  const { room, kept } = waiting;
  let body: Buffer | null = waiting.whole;
  if (body.length === 0) {
    room.end(kept);
    return done(null, undefined);
  }
  kept.drop = (why) => {
    body = null;
    room.end(kept);
    done(why);
  };
  const make = () => {
    // Who was refused while it waited has no use for its turn.
    if (!body) return leaveGate(request);
    room.end(kept);
    makeSense(request, body, done, understand);
  };
  // To make something of it is work: it takes its turn.
  const turn = enterGate(request, body.length);
  if (!turn) return make();
  const refuse = (error: Error) => {
    if (!body) return;
    room.end(kept);
    done(error);
  };
  turn.then(make, refuse);
}

function makeSense(request: HeadgateRequest, body: Buffer, done: Done, understand: Understand): void {
  if (!isUtf8(body)) return done(badRequest('There was an error parsing the body'));
  let value: unknown;
  try {
    value = understand(request, body.toString());
  } catch (error) {
    return done(error as Error);
  }
  const answer = (made: unknown) => done(null, made);
  if (value instanceof Promise) value.then(answer, done);
  else answer(value);
}

/** What is longer is parsed step by step, of which each takes some milliseconds for each megabyte. */
const longText = 131_072;
/** Where plain things come by the thousand. */
const batches = /^\/api\/logs\/?$/;

function parse(request: HeadgateRequest, text: string): unknown {
  request.bodyText = text;
  const max = batches.test(request.routeOptions.url ?? '') ? batchMax : sentMax;
  if (text.length > longText) return parseLongSent(text, max).catch(refuseText);
  try {
    return parseSent(text, max);
  } catch (cause) {
    return refuseText(cause);
  }
}

function refuseText(cause: unknown): never {
  if (!(cause instanceof SyntaxError)) throw cause;
  throw Object.assign(new Error('JSON decode error', { cause }), { statusCode: 400 });
}
