import { expect, test } from 'vitest';
import type { AppError } from '../errors/app-error.js';
import { BodyRoom } from './body-room.js';

const kilobyte = 1024;

function roomOf(ownerKilobytes: number, kilobytes: number) {
  const room = new BodyRoom({ ownerBytesMax: ownerKilobytes * kilobyte, bytesMax: kilobytes * kilobyte });
  const begin = (owner: string) => {
    const one: { why: AppError | null; sends(kilobytes: number): void; end(): void } = {
      why: null,
      sends: (more) => room.grow(body, more * kilobyte),
      end: () => room.end(body),
    };
    const body = room.begin(owner, (why) => {
      one.why = why;
      room.end(body);
    });
    return one;
  };
  return { room, begin };
}

test('of too much of one owner the largest body goes, and what is small gets through', () => {
  const { begin } = roomOf(100, 1_000);
  const [large, middle, small, other] = [begin('a'), begin('a'), begin('a'), begin('b')];
  other.sends(90);
  large.sends(60);
  middle.sends(35);
  small.sends(10);
  expect(large.why).toMatchObject({ kind: 'tooMany', extras: { retryAfterSeconds: 2 } });
  expect([middle.why, small.why, other.why]).toEqual([null, null, null]);
  middle.sends(50);
  expect(middle.why).toBeNull();
});

test('of too much of all, who has most gives way, and not who comes next', () => {
  const { begin } = roomOf(100, 250);
  const held = Array.from({ length: 9 }, () => begin('greedy'));
  for (const each of held) each.sends(10);
  const others = ['a', 'b', 'c'].map(begin);
  for (const each of others) each.sends(60);
  expect(others.map((each) => each.why)).toEqual([null, null, null]);
  expect(held.filter((each) => each.why)).not.toEqual([]);
  expect(held.find((each) => each.why)!.why).toMatchObject({ kind: 'unavailable' });
});

test('bodies that are over leave no trace, however often that is said', () => {
  const { begin } = roomOf(100, 250);
  for (let times = 0; times < 1_000; times++) {
    const body = begin('a');
    body.sends(90);
    body.end();
    body.end();
    expect(body.why).toBeNull();
  }
});

test('a body in many small pieces counts for what it takes', () => {
  const { begin } = roomOf(100, 250);
  const body = begin('a');
  for (let pieces = 0; pieces < 500; pieces++) body.sends(1 / kilobyte);
  expect(body.why).toMatchObject({ kind: 'tooMany' });
});
