import { createSourceEventStream, execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Turns } from '../fair/turns.js';
import { lookAgain, lookAgainId } from '../live/look-again.js';
import { withinSize } from './limits/answer-size.js';
import { share } from './shared-answers.js';

type Answers = AsyncIterableIterator<ExecutionResult>;
/** A live stream (see `core/live/iterate.ts`): what it gives out may be told to all of its audience. */
type Events = AsyncIterator<unknown> & { audience?: string; again?(id: string): void; heard?(): Iterable<string> };
type Asked = { turns: Turns; party: string; args: ExecutionArgs };

/** Answers that wait for one reader. Of what more it has not taken only the ids are kept. */
const waitingMax = 8;
const behindMax = 10_000;
/** Readers that are told in one go; then others have their turn. */
const toldTogether = 40;

/**
 * What subscriptions say. A page that five hundred people look at is one question: those who ask the same, in the same
 * workspace and with the same scopes, are told one answer, which is read, and later written, once.
 */
export class Followings {
  private readonly shared = new Map<string, Following>();

  constructor(private readonly turns: Turns) {}

  /** Each reader is let in by itself, before it is known whether anybody asks the same. */
  async follow(party: string, args: ExecutionArgs): Promise<ExecutionResult | Answers> {
    const asked = { turns: this.turns, party, args };
    const events = await eventsOf(args);
    if (!('next' in events)) return events;
    const question = questionOf(events, asked);
    if (!question) return new AloneReader(events, asked);
    const known = this.shared.get(question);
    if (known) {
      const reader = known.join(asked);
      // What was news while the reader was let in may have been told to the others before.
      for (const id of events.heard?.() ?? []) known.again(id);
      await events.return?.();
      return reader;
    }
    const following: Following = new Following(events, () => {
      if (this.shared.get(question) === following) this.shared.delete(question);
    });
    this.shared.set(question, following);
    return following.join(asked);
  }
}

async function eventsOf(args: ExecutionArgs): Promise<Events | ExecutionResult> {
  const stream = await createSourceEventStream(args);
  return Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream;
}

/** What readers are told when news may have been missed: it is an answer of nothing, which says so. */
const missedNews: ExecutionResult = { data: null, extensions: { lookAgain: true } };

/** A subscription is a question that is asked again with each event, of loaders that remember nothing of the last one. */
async function answerTo(rootValue: unknown, { turns, party, args }: Asked): Promise<ExecutionResult> {
  if (rootValue === lookAgain) return missedNews;
  const context = args.contextValue as { req: object };
  const contextValue = { ...context, req: Object.create(context.req) as object };
  return turns.during('subscriptions', party, async () =>
    withinSize(await execute({ ...args, contextValue, rootValue })),
  );
}

/** What those who share an answer have in common; null for what is not shared. */
function questionOf({ audience }: Events, { party, args }: Asked): string | null {
  const text = args.document.loc?.source.body;
  return audience && text ? JSON.stringify([audience, party, text, args.operationName, args.variableValues]) : null;
}

// None of the iterators is an async generator, because one that waits for its next event cannot be stopped.

/** A reader by itself: the next event is looked at when the answer before it has been taken. */
class AloneReader implements Answers {
  constructor(
    private readonly events: Events,
    private readonly asked: Asked,
  ) {}

  async next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    const { done, value } = await this.events.next();
    return done ? { done, value: undefined } : { done: false, value: await answerTo(value, this.asked) };
  }

  async return(): Promise<IteratorResult<ExecutionResult, undefined>> {
    await this.events.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** One question, and all who ask it. */
class Following {
  private readonly readers = new Set<Reader>();

  constructor(
    private readonly events: Events,
    private readonly ended: () => void,
  ) {}

  join(asked: Asked): Answers {
    const reader = new Reader(asked, () => this.leave(reader));
    this.readers.add(reader);
    if (this.readers.size === 1) void this.goOn();
    return reader;
  }

  again(id: string): void {
    this.events.again?.(id);
  }

  private leave(reader: Reader): void {
    this.readers.delete(reader);
    if (this.readers.size > 0) return;
    this.ended();
    void this.events.return?.();
  }

  private async goOn(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.events.next();
        const [first] = this.readers;
        if (done || !first) break;
        await this.tell(idOf(value), await answerTo(value, first.asked), first.asked);
      }
      for (const reader of this.readers) reader.end();
    } catch (error) {
      this.ended();
      for (const reader of this.readers) reader.end({ error });
    }
  }

  private async tell(id: string, answer: ExecutionResult, { turns, party }: Asked): Promise<void> {
    if (this.readers.size > 1) share(answer);
    let [told, began] = [0, performance.now()];
    for (const reader of this.readers) {
      reader.take(id, answer);
      if (++told % toldTogether > 0) continue;
      // They write when this has come to its end; only then is it known how long that took.
      await new Promise((resolve) => setImmediate(resolve));
      await turns.breathe(party, performance.now() - began);
      began = performance.now();
    }
  }
}

/** What was read anew is told by its id, so that the newest takes the place of what a reader has not taken. */
const idOf = (value: unknown): string => {
  if (value === lookAgain) return lookAgainId;
  return typeof value === 'string' ? value : (value as { id: string }).id;
};

/** One of those who ask the same. Who is too slow for the others goes on alone. */
class Reader implements Answers {
  private readonly waiting = new Map<string, ExecutionResult>();
  private readonly behind = new Set<string>();
  private alone: AloneReader | null = null;
  private over: { error?: unknown } | null = null;
  private wake: () => void = () => undefined;

  constructor(
    readonly asked: Asked,
    private readonly leave: () => void,
  ) {}

  take(id: string, answer: ExecutionResult): void {
    if (this.waiting.has(id) || this.waiting.size < waitingMax) this.waiting.set(id, answer);
    else {
      if (this.behind.size >= behindMax) this.behind.delete(this.behind.values().next().value!);
      this.behind.add(id);
    }
    this.wake();
  }

  end(over: { error?: unknown } = {}): void {
    this.over ??= over;
    this.wake();
  }

  async next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    for (;;) {
      if (this.alone) return this.alone.next();
      const [first] = this.waiting;
      if (first && !this.over) {
        this.waiting.delete(first[0]);
        return { done: false, value: first[1] };
      }
      if (this.over && 'error' in this.over) throw this.over.error;
      if (this.over) return { done: true, value: undefined };
      if (this.behind.size > 0) await this.goOnAlone();
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult, undefined>> {
    this.end();
    this.leave();
    await this.alone?.return();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** What is told until the own stream is there falls behind too, and is looked for with the rest. */
  private async goOnAlone(): Promise<void> {
    const events = await eventsOf(this.asked.args);
    if (!('next' in events)) return this.end({ error: events.errors?.[0] });
    for (const id of this.behind) events.again?.(id);
    for (const id of this.waiting.keys()) events.again?.(id);
    this.waiting.clear();
    this.leave();
    if (this.over) await events.return?.();
    else this.alone = new AloneReader(events, this.asked);
  }
}
