import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../errors/app-error.js';
import { laterAnswer } from '../http/later.js';
import { closing } from './closing.js';

/** Why somebody gets no websocket, as a request that is refused for the same reason is told it. */
export type Refusal = { status: 403 | 404 | 429; detail: string; retryAfterSeconds?: number };

const retryAfterSeconds = 5;

export const noDoor: Refusal = { status: 404, detail: 'Not Found' };
export const noSeat: Refusal = { status: 429, detail: closing.tooMany.reason, retryAfterSeconds };
export const notLetIn = (detail: string): Refusal => ({ status: 403, detail });

/** Those who hold too much at work are told when to come again; any other error is none of theirs. */
export const refusalOf = (error: unknown): Refusal | null =>
  error instanceof AppError && error.kind === 'tooMany'
    ? { status: 429, detail: error.message, retryAfterSeconds: error.extras.retryAfterSeconds ?? retryAfterSeconds }
    : null;

/** Who is refused for want of a seat is likely to come again at once, which is work for us: it is told after a while. */
const toldAfterMs = 1_000;

export function refuseInTime(connection: Socket, refusal: Refusal): void {
  if (refusal !== noSeat) return refuse(connection, refusal);
  const timer = setTimeout(() => refuse(connection, refusal), toldAfterMs);
  connection.once('close', () => clearTimeout(timer));
}

/** Answers over the bare connection, and closes it. Null: something failed here, and will be well again. */
export function refuse(connection: Socket, refusal: Refusal | null): void {
  connection.once('finish', () => connection.destroy());
  connection.end(refusal ? answerOf(refusal) : laterAnswer());
}

function answerOf({ status, detail, retryAfterSeconds: seconds }: Refusal): string {
  const body = JSON.stringify({ detail });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...(seconds === undefined ? [] : [`retry-after: ${seconds}`]),
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
