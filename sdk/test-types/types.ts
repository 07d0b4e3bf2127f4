/** What must compile, and what must not: checked by `npm run typecheck`. */
import { Completed, flow, task, unmapped, type Future } from '@headgate/sdk';
import { z } from 'zod';

const is = <T>(value: T): T => value;

const schema = z.object({ name: z.string(), times: z.number().default(1) });
const greet = flow(async ({ name, times }) => name.repeat(times), { name: 'greet', parameters: schema });
void is<Promise<string>>(greet({ name: 'a' }));
// @ts-expect-error name is missing
void greet({});
// @ts-expect-error parameters are missing
void greet();
// @ts-expect-error times is a number
void greet({ name: 'a', times: 'b' });

const optional = flow(({ n }) => n, { name: 'optional', parameters: z.object({ n: z.number().default(1) }) });
void is<Promise<number>>(optional());

const plain = flow(({ a }: { a: string }) => a.length, { name: 'plain' });
void is<Promise<number>>(plain({ a: 'x' }));
// @ts-expect-error a flow takes one object
flow((text: string) => text, { name: 'positional' });

const stated = flow(() => Completed({ data: 5 }), { name: 'stated' });
void is<Promise<number>>(stated());

const length = task((text: string) => text.length, { name: 'length' });
void is<Promise<number>>(length('abc'));
is<Future<number>>(length.submit('abc'));
const sum = task((list: number[], start: number) => list.reduce((a, b) => a + b, start), { name: 'sum' });
void is<Promise<number>>(sum([length.submit('a'), 2], length.submit('b')));
is<Future<number>[]>(sum.map([[1], [2]], unmapped(3)));
// @ts-expect-error a future of a number is no text
length.submit(length.submit('a'));
// @ts-expect-error entries of the list are texts
length.map([1, 2]);
