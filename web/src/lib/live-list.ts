import { connection } from './connection';

export type Page<Node> = {
  nodes: readonly Node[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
};
export type Answer<Node> = { page: Page<Node> } | { problem: string };

/** What a list is of. */
export type ListSource<Node> = {
  /** A page of so many, from after a place on. */
  load: (after: string | null, first: number) => Promise<Answer<Node>>;
  pageSize: number;
  /** All pages are loaded, one after the other, and not only those that somebody asks for. */
  whole?: boolean;
  /** Tells of changes: of things as they are now, or only that there is something new. Answers how to stop. */
  follow: (changed: (nodes: readonly Node[]) => void, again: () => void) => () => void;
  /** Puts changed things where they belong: known ones in their places, those that no longer belong out, new ones in. */
  place?: (shown: readonly Node[], changed: readonly Node[], hasMore: boolean) => readonly Node[];
};

export type ListState<Node> = {
  /** Null until the first page is there. */
  nodes: readonly Node[] | null;
  /** New things that would move those that somebody looks at. */
  held: readonly Node[];
  hasMore: boolean;
  status: 'loading' | 'ready' | 'more';
  error: string | null;
};

/** The server gives at most so many at once. */
const pageMax = 200;
const againEveryMs = 2_000;
const [retryFirstMs, retryMostMs] = [2_000, 30_000];

/**
 * A list that is loaded page by page and kept current. It is followed as long as somebody looks, and keeps what it has when
 * nobody does: who comes back finds it as it was, and a moment later as it is.
 */
export class LiveList<Node extends { id: string }> {
  private state: ListState<Node> = { nodes: null, held: [], hasMore: false, status: 'loading', error: null };
  private cursor: string | null = null;
  private readonly listeners = new Set<() => void>();
  private stop: (() => void) | null = null;
  /** Grows with every question that makes earlier ones moot. */
  private asked = 0;
  /** What changed while a question was under way, whose answer may be older. */
  private meanwhile: Node[] = [];
  private holding = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private retryMs = retryFirstMs;

  constructor(private readonly source: ListSource<Node>) {}

  readonly read = (): ListState<Node> => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    this.stop ??= this.start();
    return () => {
      this.listeners.delete(listener);
      // Somebody else may begin to look in the same breath.
      setTimeout(() => {
        if (this.listeners.size > 0) return;
        this.stop?.();
        this.stop = null;
      });
    };
  };

  /** Loads anew what is shown. */
  readonly reload = (): void => void this.ask(Math.max(this.state.nodes?.length ?? 0, this.source.pageSize));

  /** The next page, when there is one and nothing else is under way. */
  readonly loadMore = (): void => {
    if (this.state.hasMore && this.state.status === 'ready') void this.askForMore();
  };

  /** While it is held, nothing moves: what is shown changes in its place, and what is new waits. */
  readonly hold = (holding: boolean): void => {
    if (holding === this.holding) return;
    this.holding = holding;
    if (!holding) this.release();
  };

  private release(): void {
    const { nodes, held, hasMore } = this.state;
    if (!nodes) return;
    const place = this.source.place;
    // Those that stayed although they no longer belong leave now.
    if (place) this.set({ nodes: place(nodes, [...nodes, ...held], hasMore), held: [] });
    else if (held.length > 0) this.reload();
  }

  private start(): () => void {
    let wait: ReturnType<typeof setTimeout> | undefined;
    let last = 0;
    const again = () => {
      wait ??= setTimeout(
        () => {
          [wait, last] = [undefined, Date.now()];
          this.reload();
        },
        Math.max(150, last + againEveryMs - Date.now()),
      );
    };
    // It listens before it loads, so that nothing falls between.
    const leave = this.source.follow((changed) => this.take(changed), again);
    let { opened } = connection.get();
    const unhook = connection.subscribe(() => {
      const now = connection.get().opened;
      if (now > opened && (opened > 0 || this.state.error)) again();
      opened = now;
    });
    this.reload();
    return () => {
      clearTimeout(wait);
      unhook();
      leave();
    };
  }

  /** Asks from the start on for at least so many. */
  private async ask(wanted: number): Promise<void> {
    const question = ++this.asked;
    this.meanwhile = [];
    this.set({ status: 'loading' });
    let loaded: Node[] = [];
    let cursor: string | null = null;
    while (true) {
      const first = Math.min(pageMax, Math.max(this.source.pageSize, wanted - loaded.length));
      const answer: Answer<Node> = await this.source.load(cursor, first);
      if (question !== this.asked) return;
      if ('problem' in answer) return this.failed(answer.problem);
      const { nodes, pageInfo } = answer.page;
      loaded = joined(loaded, nodes);
      cursor = pageInfo.endCursor;
      const goesOn = pageInfo.hasNextPage && (this.source.whole || loaded.length < wanted);
      // What is whole shows what it has; what was there before stays until all of it is known.
      if (!goesOn || (this.source.whole && loaded.length > (this.state.nodes?.length ?? 0)))
        this.adopt(loaded, cursor, pageInfo.hasNextPage, goesOn ? 'loading' : 'ready');
      if (!goesOn) return;
    }
  }

  private async askForMore(): Promise<void> {
    const question = this.asked;
    this.set({ status: 'more' });
    const answer = await this.source.load(this.cursor, this.source.pageSize);
    if (question !== this.asked) return;
    if ('problem' in answer) return this.failed(answer.problem);
    const { nodes, pageInfo } = answer.page;
    this.cursor = pageInfo.endCursor;
    this.set({
      nodes: joined(this.state.nodes ?? [], nodes),
      hasMore: pageInfo.hasNextPage,
      status: 'ready',
      error: null,
    });
  }

  /** Of a list that has something to show nobody sees that it could not be loaded anew: it tries again by itself. */
  private failed(problem: string): void {
    this.set({ status: 'ready', error: problem });
    if (!this.state.nodes || this.retry) return;
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.retryMs = Math.min(retryMostMs, this.retryMs * 2);
      if (this.listeners.size > 0 && this.state.error) this.reload();
    }, this.retryMs);
  }

  private adopt(loaded: readonly Node[], cursor: string | null, hasMore: boolean, status: 'loading' | 'ready'): void {
    const place = this.source.place;
    this.retryMs = retryFirstMs;
    const fresh = place && this.meanwhile.length > 0 ? place(loaded, this.meanwhile, hasMore) : loaded;
    const shown = this.state.nodes;
    if (!this.holding || !shown || shown.length === 0) {
      this.cursor = cursor;
      return this.set({ nodes: fresh, held: [], hasMore, status, error: null });
    }
    const { kept, others } = inPlace(shown, fresh);
    this.set({ nodes: kept, held: others, status, error: null });
  }

  private take(changed: readonly Node[]): void {
    const { nodes, held, hasMore, status } = this.state;
    const place = this.source.place;
    if (!place) return;
    if (status === 'loading') this.meanwhile.push(...changed);
    if (!nodes) return;
    if (!this.holding) return this.set({ nodes: place(nodes, changed, hasMore) });
    const { kept } = inPlace(nodes, changed);
    const known = new Set(nodes.map((node) => node.id));
    const others = place(nodes, [...held, ...changed], hasMore).filter((node) => !known.has(node.id));
    this.set({ nodes: kept, held: others });
  }

  private set(change: Partial<ListState<Node>>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}

/** What is shown with what is known of it now, and what of that is not shown. */
function inPlace<Node extends { id: string }>(shown: readonly Node[], now: readonly Node[]) {
  const latest = new Map(now.map((node) => [node.id, node]));
  const kept = shown.map((node) => latest.get(node.id) ?? node);
  for (const node of shown) latest.delete(node.id);
  return { kept, others: [...latest.values()] };
}

/** Things may have moved from one page to the next meanwhile: each comes once. */
function joined<Node extends { id: string }>(before: readonly Node[], more: readonly Node[]): Node[] {
  const known = new Set(before.map((node) => node.id));
  return [...before, ...more.filter((node) => !known.has(node.id))];
}

/** Lists by what they are of; those that were used least lately are forgotten first. */
export class LiveLists {
  private readonly lists = new Map<string, LiveList<{ id: string }>>();
  private readonly most = 24;

  get<Node extends { id: string }>(key: string, source: () => ListSource<Node>): LiveList<Node> {
    const list = (this.lists.get(key) as LiveList<Node> | undefined) ?? new LiveList(source());
    this.lists.delete(key);
    this.lists.set(key, list as unknown as LiveList<{ id: string }>);
    if (this.lists.size > this.most) this.lists.delete(this.lists.keys().next().value!);
    return list;
  }
}
