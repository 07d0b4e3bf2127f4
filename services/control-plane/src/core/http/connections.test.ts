import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Connections } from './connections.js';
import { isReadBy } from './readers.js';

const megabyte = 1024 * 1024;
const second = 1_000;
const limits = { max: 100, perAddressMax: 100, isProxy: () => false };

/** A connection as far as its reading goes: what is left, and what has gone. */
class Reading extends EventEmitter {
  remoteAddress = '127.0.0.1';
  destroyed = false;
  writable = true;
  private gone = 0;

  constructor(private unread: number) {
    super();
  }

  get writableLength(): number {
    return this.unread;
  }

  get bytesWritten(): number {
    return this.gone + this.unread;
  }

  reads(bytes: number): void {
    this.unread -= bytes;
    this.gone += bytes;
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

function crowdOf(readers: Reading[], more: object) {
  const crowd = new Connections({ ...limits, ...more });
  for (const reader of readers) crowd.admit(reader as unknown as Socket);
  return crowd;
}
const stay = (...readers: Reading[]) => readers.map(({ destroyed }) => !destroyed);

test('of too much that is left unread, who reads nothing goes before who reads, however much there is for the one', () => {
  const [deaf, honest] = [new Reading(8 * megabyte), new Reading(40 * megabyte)];
  const crowd = crowdOf([deaf, honest], { unreadBytesMax: 60 * megabyte });
  for (let now = 0; now < 10; now++) {
    crowd.letGoOfDeaf(now * second);
    honest.reads(2 * megabyte);
  }
  expect(stay(deaf, honest)).toEqual([true, true]);
  const late = new Reading(35 * megabyte);
  crowd.admit(late as unknown as Socket);
  crowd.letGoOfDeaf(10 * second);
  expect(stay(deaf, honest, late)).toEqual([false, true, true]);
});

test('who keeps a connection by reading a byte now and then goes before who reads', () => {
  const [sly, honest] = [new Reading(30 * megabyte), new Reading(30 * megabyte)];
  const crowd = crowdOf([sly, honest], { unreadBytesMax: 70 * megabyte });
  for (let now = 0; now < 20; now++) {
    crowd.letGoOfDeaf(now * second);
    sly.reads(1);
    honest.reads(megabyte);
  }
  crowd.admit(new Reading(40 * megabyte) as unknown as Socket);
  crowd.letGoOfDeaf(20 * second);
  expect(stay(sly, honest)).toEqual([false, true]);
});

test('an answer is read at a pace, whoever it is', () => {
  const [still, drip, modem, short] = [40, 40, 40, 0.5].map((size) => new Reading(size * megabyte)) as Reading[];
  const crowd = crowdOf([still!, drip!, modem!, short!], {});
  for (let now = 0; now <= 130; now++) {
    crowd.letGoOfDeaf(now * second);
    drip!.reads(1_000);
    modem!.reads(10_000);
    short!.reads(2_500);
  }
  expect(stay(still!, drip!, modem!, short!)).toEqual([false, false, true, true]);
});

test('of a websocket it is enough that it reads', () => {
  const [slow, still] = [new Reading(megabyte), new Reading(megabyte)];
  const crowd = crowdOf([slow, still], {});
  for (const each of [slow, still]) crowd.hold(each as unknown as Socket);
  for (let now = 0; now <= 250; now++) {
    crowd.letGoOfDeaf(now * second);
    slow.reads(1);
  }
  expect(stay(slow, still)).toEqual([true, false]);
});

test('what one account leaves unread is bounded, also what its connections have not got yet; others do not pay for it', () => {
  const greedy = Array.from({ length: 6 }, () => new Reading(0));
  const [honest, stranger] = [new Reading(9 * megabyte), new Reading(9 * megabyte)];
  const crowd = crowdOf([...greedy, honest, stranger], { ownerUnreadBytesMax: 20 * megabyte });
  for (const each of greedy) isReadBy(each as unknown as Socket, { owner: 'greedy', heldBytes: () => 8 * megabyte });
  isReadBy(honest as unknown as Socket, { owner: 'honest', heldBytes: () => 0 });
  crowd.letGoOfDeaf(0);
  expect(stay(...greedy).filter(Boolean)).toHaveLength(2);
  expect(stay(honest, stranger)).toEqual([true, true]);
});
